// Texts reach the page through textContent only. Each view finds its parts inside itself, so many can share a page.
(() => {
  "use strict";
  const NAMED = 5; // so many source words are named in the sentence above a tree

  function start(view) {
    const { parents, scores, looks, rows, ends } = JSON.parse(view.dataset.search);
    const tree = view.querySelector(".tree");
    const says = view.querySelector(".says");
    const source = [...view.querySelectorAll(".source .word")];
    const steps = [...tree.querySelectorAll(".step")].map((step) => [...step.querySelectorAll("button")]);
    const best = [...view.querySelectorAll(".best button")];
    const paths = [...tree.querySelectorAll("path")]; // one for each candidate that has a parent, in their order
    const edges = parents.map((step) => step.map((parent) => (parent < 0 ? null : paths.shift())));
    const places = new Map(); // from a button to the candidate that it stands for: [step, place]
    steps.forEach((step, number) => step.forEach((button, place) => places.set(button, [number, place])));
    best.forEach((button, index) => places.set(button, ends[index]));
    let chosen = null; // by focus, click or touch
    let pointed = null; // by the mouse, which goes first while it is there

    const text = (element) => element.querySelector("bdi").textContent;
    const decimals = (hundredths) => `${hundredths < 0 ? "−" : ""}${(Math.abs(hundredths) / 100).toFixed(2)}`;
    const fate = (button) => ["kept", "dropped", "finished"].find((name) => button.classList.contains(name));

    function way([step, place]) {
      const found = [];
      for (let at = place, number = step; number >= 0; at = parents[number][at], number -= 1) found.unshift([number, at]);
      return found;
    }

    function sentence([step, place], seen) {
      const button = steps[step][place];
      const beginning = way([step, place]).map(([number, at]) => text(steps[number][at])).join(" ");
      const others = seen.map((weight, index) => ({ weight, index })).filter(({ weight }) => weight);
      others.sort((a, b) => b.weight - a.weight || a.index - b.index);
      const named = others.slice(0, NAMED).map(({ weight, index }) => `${text(source[index])} ${decimals(weight)}`);
      if (others.length > NAMED) named.push(`and ${others.length - NAMED} more`);
      const numbers = `log-probability ${button.querySelector(".weight").textContent}, score ${decimals(scores[step][place])}`;
      const looked = `To write ${text(button)} it looked at: ${named.join(", ") || "nothing to speak of"}`;
      return `${beginning} – ${numbers}, ${fate(button)}. ${looked}`;
    }

    function draw() {
      const button = pointed || chosen;
      const active = button && places.get(button);
      const seen = active ? rows[looks[active[0]][active[1]]] : source.map(() => 0);
      source.forEach((word, index) => {
        word.style.setProperty("--weight", seen[index] / 100);
        word.querySelector(".weight").textContent = seen[index] ? decimals(seen[index]) : "";
      });
      for (const old of view.querySelectorAll(".way")) old.classList.remove("way");
      for (const old of view.querySelectorAll("[aria-current]")) old.removeAttribute("aria-current");
      if (active) {
        for (const [step, place] of way(active)) {
          steps[step][place].classList.add("way");
          if (edges[step][place]) edges[step][place].classList.add("way");
        }
        button.setAttribute("aria-current", "true");
      }
      const said = active ? sentence(active, seen) : "";
      if (says.textContent !== said) says.textContent = said;
    }

    function next(button, key) {
      const index = best.indexOf(button);
      if (index >= 0) return { ArrowUp: best[index - 1], ArrowDown: best[index + 1] }[key];
      const [step, place] = places.get(button);
      if (key === "ArrowUp") return steps[step][place - 1];
      if (key === "ArrowDown") return steps[step][place + 1];
      if (key === "ArrowLeft") return step ? steps[step - 1][parents[step][place]] : undefined;
      if (key === "ArrowRight" && step + 1 < steps.length) return steps[step + 1][parents[step + 1].indexOf(place)];
      if (key === "Home") return steps[0][way([step, place])[0][1]];
      return undefined;
    }

    // Two hundred candidates are one stop of Tab: the last one that was chosen, at first the best of the first step.
    function stop(button) {
      for (const one of steps.flat()) one.tabIndex = one === button ? 0 : -1;
    }

    const buttonOf = (event) => event.target.closest(".step button, .best button");
    view.addEventListener("pointerover", (event) => {
      if (event.pointerType === "touch") return;
      pointed = buttonOf(event);
      draw();
    });
    view.addEventListener("pointerleave", () => { pointed = null; draw(); });
    view.addEventListener("focusin", (event) => {
      [chosen, pointed] = [buttonOf(event), null];
      if (chosen && !best.includes(chosen)) stop(chosen);
      draw();
    });
    view.addEventListener("focusout", () => { chosen = null; draw(); });
    view.addEventListener("click", (event) => { chosen = buttonOf(event); draw(); });
    view.addEventListener("keydown", (event) => {
      const button = buttonOf(event);
      if (!button || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.key === "Escape") {
        [chosen, pointed] = [null, null];
        draw();
        return;
      }
      if (!/^(Arrow(Up|Down|Left|Right)|Home)$/.test(event.key)) return;
      event.preventDefault(); // at the edge of the tree, too: nothing scrolls away by surprise
      event.stopPropagation();
      const there = next(button, event.key);
      if (there) there.focus();
    });
    stop(steps[0][0]);
    view.classList.add("live");
    draw();
  }

  // Not document.currentScript: notebooks run scripts in ways that leave it empty.
  for (const view of document.querySelectorAll(".tutor-nmt-search")) {
    if (view.tutorNmtStarted) continue;
    view.tutorNmtStarted = true;
    start(view);
  }
})();
