// What all views do alike; the script of one kind follows and calls `begin`. Texts reach the page through textContent
// only. Each view finds its parts inside itself, so many can share a page.
"use strict";
const NAMED = 5; // so many words are named in the sentence of a view

const text = (element) => element.querySelector("bdi").textContent;
const decimals = (hundredths) => `${hundredths < 0 ? "−" : ""}${(Math.abs(hundredths) / 100).toFixed(2)}`;

// A text within a sentence, apart from it: one that runs from right to left turns nothing around itself.
const apart = (said) => Object.assign(document.createElement("bdi"), { textContent: said });

// The words with the largest weights, largest first: parts that end a sentence.
function named(weights, words) {
  const seen = weights.map((weight, index) => ({ weight, index })).filter(({ weight }) => weight);
  seen.sort((a, b) => b.weight - a.weight || a.index - b.index);
  if (!seen.length) return ["nothing to speak of"];
  const largest = seen.slice(0, NAMED);
  const parts = largest.flatMap(({ weight, index }) => [", ", apart(text(words[index])), ` ${decimals(weight)}`]);
  if (seen.length > NAMED) parts.push(`, and ${seen.length - NAMED} more`);
  return parts.slice(1);
}

// Shows each word's weight as a colour and a number; without weights, none.
function tint(words, weights) {
  words.forEach((word, index) => {
    const weight = weights ? weights[index] : 0;
    word.style.setProperty("--weight", weight / 100);
    word.querySelector(".weight").textContent = weight ? decimals(weight) : "";
  });
}

// Starts each view of a kind. `start(view, redraw)` gives draw(button), which shows a button, or null, and returns the
// parts of a sentence on it; and next(button, key), the button to go to, or nothing where the key is not for the view.
function begin(kind, buttons, start) {
  // Not document.currentScript: notebooks run scripts in ways that leave it empty.
  for (const view of document.querySelectorAll(`.tutor-nmt-${kind}`)) {
    if (view.tutorNmtStarted) continue;
    view.tutorNmtStarted = true;
    const says = view.querySelector(".says");
    const { draw, next } = start(view, redraw);
    let chosen = null; // by focus, click or touch
    let pointed = null; // by the mouse, which goes first while it is there

    function redraw() {
      const button = pointed || chosen;
      for (const old of view.querySelectorAll("[aria-current]")) old.removeAttribute("aria-current");
      if (button) button.setAttribute("aria-current", "true");
      const said = new DocumentFragment();
      said.append(...draw(button));
      if (says.textContent !== said.textContent) says.replaceChildren(said);
    }
    function show(...now) {
      const before = pointed || chosen;
      [chosen, pointed] = now;
      if ((pointed || chosen) !== before) redraw();
    }
    const buttonOf = (event) => event.target.closest(buttons);
    // A finger that comes down may be about to scroll: what it means to choose comes as a click.
    const point = (event) => event.pointerType === "touch" || show(chosen, buttonOf(event));
    const choose = (event) => show(buttonOf(event), null);
    view.addEventListener("pointerover", point);
    view.addEventListener("pointerleave", point); // to the view itself, which is no button
    view.addEventListener("focusin", choose);
    view.addEventListener("focusout", (event) => view.contains(event.relatedTarget) || show(null, pointed));
    view.addEventListener("click", choose);
    view.addEventListener("keydown", (event) => {
      const button = buttonOf(event);
      if (!button || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.key === "Escape") show(null, null);
      const there = next(button, event.key);
      if (!there) return;
      event.preventDefault(); // also at the edge: nothing scrolls away by surprise
      event.stopPropagation();
      there.focus();
    });
    view.classList.add("live");
    redraw();
  }
}
