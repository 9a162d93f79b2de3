// Two rows of words, and lines between them.
const FAINT = 10; // lines of all words together show weights from here on; all weights are hundredths

begin("attention", ".words button", (view, redraw) => {
  const weights = JSON.parse(view.dataset.numbers); // a row for each target word
  const stage = view.querySelector(".stage");
  const svg = view.querySelector("svg");
  const source = [...view.querySelectorAll(".source button")];
  const target = [...view.querySelectorAll(".target button")];
  const looks = (button) => {
    const index = target.indexOf(button);
    return index < 0 ? weights.map((row) => row[source.indexOf(button)]) : weights[index];
  };

  function line(above, below, weight, strength) {
    const path = document.createElementNS(svg.namespaceURI, "path");
    const origin = stage.getBoundingClientRect();
    const [from, to] = [above, below].map((word) => word.getBoundingClientRect());
    const [x1, x2] = [from, to].map((box) => box.left + box.width / 2 - origin.left);
    const [y1, y2] = [from.bottom - origin.top, to.top - origin.top];
    const middle = (y1 + y2) / 2;
    path.setAttribute("d", `M${x1},${y1} C${x1},${middle} ${x2},${middle} ${x2},${y2}`);
    path.setAttribute("stroke-width", 1 + (7 * weight) / 100);
    path.setAttribute("opacity", strength * (0.25 + (0.75 * weight) / 100));
    svg.append(path);
  }

  function draw(button) {
    const written = target.includes(button);
    const seen = button && looks(button);
    stage.classList.toggle("from-source", Boolean(button) && !written);
    tint(source, written && seen);
    tint(target, !written && seen);
    svg.replaceChildren();
    const oneLine = [source, target].every((list) => list[0].offsetTop === list[list.length - 1].offsetTop);
    weights.forEach((row, below) => row.forEach((weight, above) => {
      const own = button === source[above] || button === target[below];
      const least = own && oneLine ? 1 : FAINT; // where a row wraps, faint lines would only run behind its words
      if (weight >= least && (button ? own : oneLine)) line(source[above], target[below], weight, own ? 1 : 0.5);
    }));
    if (!button) return [];
    const verb = written ? "looked at" : "was looked at by";
    return [apart(text(button)), ` ${verb}: `, ...named(seen, written ? source : target)];
  }

  function next(button, key) {
    const [list, others] = target.includes(button) ? [target, source] : [source, target];
    const index = list.indexOf(button);
    const forward = getComputedStyle(button.parentElement).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    if (key === forward) return list[Math.min(index + 1, list.length - 1)];
    if (key === "ArrowLeft" || key === "ArrowRight") return list[Math.max(index - 1, 0)];
    if (key === "Home") return list[0];
    if (key === "End") return list[list.length - 1];
    // across: to the word that matters most to this one
    if (key !== (list === target ? "ArrowUp" : "ArrowDown")) return null;
    const seen = looks(button);
    return others[seen.indexOf(Math.max(...seen))];
  }

  new ResizeObserver(redraw).observe(stage);
  return { draw, next };
});
