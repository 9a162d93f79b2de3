// The tree of a search, its source above it and its hypotheses below.
begin("search", ".step button, .best button", (view) => {
  const { parents, scores, looks, rows, ends } = JSON.parse(view.dataset.numbers);
  const tree = view.querySelector(".tree");
  const source = [...view.querySelectorAll(".source .word")];
  const steps = [...tree.querySelectorAll(".step")].map((step) => [...step.querySelectorAll("button")]);
  const best = [...view.querySelectorAll(".best button")];
  const paths = [...tree.querySelectorAll("path")]; // one for each candidate that has a parent, in their order
  const edges = parents.map((step) => step.map((parent) => (parent < 0 ? null : paths.shift())));
  const places = new Map(); // from a button to the candidate that it stands for: [step, place]
  steps.forEach((step, number) => step.forEach((button, place) => places.set(button, [number, place])));
  best.forEach((button, index) => places.set(button, ends[index]));

  const fate = (button) => ["kept", "dropped", "finished"].find((name) => button.classList.contains(name));

  function way([step, place]) {
    const found = [];
    for (let at = place, number = step; number >= 0; at = parents[number][at], number -= 1) found.unshift([number, at]);
    return found;
  }

  function draw(button) {
    for (const old of view.querySelectorAll(".way")) old.classList.remove("way");
    if (!button) {
      tint(source);
      return [];
    }
    const [step, place] = places.get(button);
    const seen = rows[looks[step][place]];
    tint(source, seen);
    const beginning = way([step, place]).map(([number, at]) => {
      steps[number][at].classList.add("way");
      if (edges[number][at]) edges[number][at].classList.add("way");
      return text(steps[number][at]);
    });
    const candidate = steps[step][place];
    const logProb = candidate.querySelector(".weight").textContent;
    const numbers = `log-probability ${logProb}, score ${decimals(scores[step][place])}, ${fate(candidate)}`;
    const written = apart(text(candidate));
    return [apart(beginning.join(" ")), ` – ${numbers}. To write `, written, " it looked at: ", ...named(seen, source)];
  }

  function next(button, key) {
    if (!/^(Arrow(Up|Down|Left|Right)|Home)$/.test(key)) return null;
    const index = best.indexOf(button);
    const [step, place] = places.get(button);
    const there = index < 0 ? {
      ArrowUp: steps[step][place - 1],
      ArrowDown: steps[step][place + 1],
      ArrowLeft: step && steps[step - 1][parents[step][place]],
      ArrowRight: step + 1 < steps.length && steps[step + 1][parents[step + 1].indexOf(place)],
      Home: steps[0][way([step, place])[0][1]],
    } : { ArrowUp: best[index - 1], ArrowDown: best[index + 1] };
    return there[key] || button;
  }

  // Two hundred candidates are one stop of Tab: the last one that was chosen, at first the best of the first step.
  function stop(button) {
    for (const one of steps.flat()) one.tabIndex = one === button ? 0 : -1;
  }
  tree.addEventListener("focusin", (event) => places.has(event.target) && stop(event.target));
  stop(steps[0][0]);
  return { draw, next };
});
