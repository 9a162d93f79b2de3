// Texts reach the page through textContent only. Each view finds its parts inside itself, so many can share a page.
(() => {
  "use strict";
  const NAMED = 5; // so many words are named in the sentence below a view
  const FAINT = 10; // weights from here on are drawn while no word is chosen; all weights are hundredths

  function start(view) {
    const weights = JSON.parse(view.dataset.weights); // a row for each target word
    const stage = view.querySelector(".stage");
    const svg = view.querySelector("svg");
    const says = view.querySelector(".says");
    const words = {
      source: [...view.querySelectorAll(".source button")],
      target: [...view.querySelectorAll(".target button")],
    };
    let chosen = null; // by focus, click or touch
    let pointed = null; // by the mouse, which goes first while it is there

    const place = (button) => {
      const side = words.source.includes(button) ? "source" : "target";
      return { side, index: words[side].indexOf(button) };
    };
    const looks = ({ side, index }) => (side === "target" ? weights[index] : weights.map((row) => row[index]));
    const text = (button) => button.querySelector("bdi").textContent;
    const number = (weight) => (weight / 100).toFixed(2);

    function line(source, target, weight, strength) {
      const path = document.createElementNS(svg.namespaceURI, "path");
      const origin = stage.getBoundingClientRect();
      const [above, below] = [words.source[source], words.target[target]].map((word) => word.getBoundingClientRect());
      const [x1, x2] = [above, below].map((box) => box.left + box.width / 2 - origin.left);
      const [y1, y2] = [above.bottom - origin.top, below.top - origin.top];
      const middle = (y1 + y2) / 2;
      path.setAttribute("d", `M${x1},${y1} C${x1},${middle} ${x2},${middle} ${x2},${y2}`);
      path.setAttribute("stroke-width", 1 + (7 * weight) / 100);
      path.setAttribute("opacity", strength * (0.25 + (0.75 * weight) / 100));
      svg.append(path);
    }

    function sentence(button) {
      const { side, index } = place(button);
      const others = side === "target" ? words.source : words.target;
      const seen = looks({ side, index }).map((weight, other) => ({ weight, other })).filter(({ weight }) => weight);
      seen.sort((a, b) => b.weight - a.weight || a.other - b.other);
      const named = seen.slice(0, NAMED).map(({ weight, other }) => `${text(others[other])} ${number(weight)}`);
      if (seen.length > NAMED) named.push(`and ${seen.length - NAMED} more`);
      const verb = side === "target" ? "looked at" : "was looked at by";
      return `${text(button)} ${verb}: ${named.join(", ") || "nothing to speak of"}`;
    }

    function draw() {
      const button = pointed || chosen;
      const active = button && place(button);
      stage.classList.toggle("from-source", Boolean(active) && active.side === "source");
      svg.replaceChildren();
      for (const [side, list] of Object.entries(words)) {
        const seen = active && active.side !== side ? looks(active) : null;
        list.forEach((word, index) => {
          const weight = seen ? seen[index] : 0;
          word.style.setProperty("--weight", weight / 100);
          word.querySelector(".weight").textContent = weight ? number(weight) : "";
          if (word === button) word.setAttribute("aria-current", "true");
          else word.removeAttribute("aria-current");
        });
      }
      const oneLine = Object.values(words).every((list) => list[0].offsetTop === list[list.length - 1].offsetTop);
      weights.forEach((row, target) => row.forEach((weight, source) => {
        if (!active) {
          if (oneLine && weight >= FAINT) line(source, target, weight, 0.5);
        } else if (weight && active.index === (active.side === "target" ? target : source)) {
          line(source, target, weight, 1);
        }
      }));
      const said = button ? sentence(button) : "";
      if (says.textContent !== said) says.textContent = said;
    }

    function move(button, key) {
      const { side, index } = place(button);
      const list = words[side];
      const forward = getComputedStyle(button.parentElement).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
      const backward = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
      if (key === forward) return list[Math.min(index + 1, list.length - 1)];
      if (key === backward) return list[Math.max(index - 1, 0)];
      if (key === "Home") return list[0];
      if (key === "End") return list[list.length - 1];
      // across: to the word that matters most to this one
      const across = (key === "ArrowUp" && side === "target") || (key === "ArrowDown" && side === "source");
      const seen = looks({ side, index });
      return across ? words[side === "target" ? "source" : "target"][seen.indexOf(Math.max(...seen))] : null;
    }

    const wordOf = (event) => event.target.closest(".words button");
    stage.addEventListener("pointerover", (event) => {
      if (event.pointerType === "touch") return;
      pointed = wordOf(event);
      draw();
    });
    stage.addEventListener("pointerleave", () => { pointed = null; draw(); });
    stage.addEventListener("focusin", (event) => { [chosen, pointed] = [wordOf(event), null]; draw(); });
    stage.addEventListener("focusout", () => { chosen = null; draw(); });
    stage.addEventListener("click", (event) => { chosen = wordOf(event); draw(); });
    stage.addEventListener("keydown", (event) => {
      const button = wordOf(event);
      if (!button || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.key === "Escape") {
        [chosen, pointed] = [null, null];
        draw();
        return;
      }
      const next = move(button, event.key);
      if (!next) return;
      event.preventDefault();
      event.stopPropagation();
      next.focus();
    });
    new ResizeObserver(draw).observe(stage);
    view.classList.add("live");
    draw();
  }

  // Not document.currentScript: notebooks run scripts in ways that leave it empty.
  for (const view of document.querySelectorAll(".tutor-nmt-attention")) {
    if (view.tutorNmtStarted) continue;
    view.tutorNmtStarted = true;
    start(view);
  }
})();
