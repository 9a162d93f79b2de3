// The arrows that unfold the list of pages have no name in the theme: a screen reader would say "button" of each.
document.addEventListener("DOMContentLoaded", () => {
  for (const arrow of document.querySelectorAll(".bd-links details > summary")) {
    const page = arrow.parentElement.parentElement.querySelector("a");
    arrow.setAttribute("aria-label", `Pages within ${page.textContent.trim()}`);
  }
});

// Pages opened as files may not read each other: the search then lists what it found without quoting from it.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

// Paper is white, whatever the screen was, and nobody can unfold what is printed.
const unfolded = [];
let theme;
addEventListener("beforeprint", () => {
  theme = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
  for (const details of document.querySelectorAll("main details:not([open])")) {
    details.open = true;
    unfolded.push(details);
  }
});
addEventListener("afterprint", () => {
  document.documentElement.dataset.theme = theme;
  for (const details of unfolded.splice(0)) details.open = false;
});
