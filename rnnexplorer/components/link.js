const LABEL_WIDTH = 12; // pixels that a slanted word needs under its column

// One chart: its listeners, and the marks drawn over it.
class Link {
  constructor(key, words) {
    this.key = key;
    this.words = words;
    this.handlers = {
      plotly_hover: (event) => words.hover(event.points[0].x),
      plotly_unhover: () => words.hover(null),
      plotly_click: (event) => words.pick(this.pickOf(event.points[0])),
      plotly_afterplot: () => this.afterPlot(), // a resize moves every column
    };
  }

  // Plotly gives a chart new event methods when it draws it anew.
  isAttached() {
    return Boolean(this.chart?.isConnected && this.chart.on === this.on);
  }

  attach() {
    if (this.isAttached()) return false;
    this.detach();
    const chart = document.querySelector(`.st-key-${CSS.escape(this.key)} .js-plotly-plot`);
    if (!chart?.on || !chart._fullLayout?.xaxis?.d2p) return false; // not drawn yet
    this.chart = chart;
    this.on = chart.on;
    for (const [name, handler] of Object.entries(this.handlers)) chart.on(name, handler);
    this.marks = element("div", "rnn-cursor");
    Object.assign(this.marks.style, { position: "absolute", inset: "0", pointerEvents: "none", overflow: "hidden" });
    // between the plot and the layer of the hover box, which must not be crossed out
    const layers = chart.querySelector(".svg-container");
    layers.insertBefore(this.marks, layers.querySelector(":scope > svg ~ svg"));
    this.thinLabels();
    return true;
  }

  afterPlot() {
    this.thinLabels();
    this.words.draw();
  }

  // On a narrow page only every so manieth word is written under the columns.
  thinLabels() {
    const { xaxis } = this.chart._fullLayout;
    if (xaxis.tickmode !== "array") return;
    const every = Math.ceil(LABEL_WIDTH / (xaxis.d2p(1) - xaxis.d2p(0)));
    this.chart.querySelectorAll(".xtick").forEach((tick, index) => {
      tick.style.visibility = index % every ? "hidden" : "visible";
    });
  }

  detach() {
    for (const [name, handler] of Object.entries(this.handlers)) this.chart?.removeListener?.(name, handler);
    this.marks?.remove();
    this.chart = this.on = this.marks = null;
  }

  pickOf(point) {
    const { signal, units, rows } = point.data.meta;
    if (rows) return { step: rows[point.y], signal, unit: null, chart: this.key };
    const unit = units ? (units.length === 1 ? units[0] : units[point.y]) : null;
    return { step: point.x, signal, unit, chart: this.key };
  }

  draw(hovered, selected, unit) {
    if (!this.isAttached()) return;
    const boxes = [];
    if (hovered !== null && hovered !== selected) boxes.push(this.column(hovered, 1.5));
    if (unit !== null) boxes.push(...this.rows("units", unit));
    if (selected !== null) boxes.push(...this.rows("rows", selected), this.column(selected, 2.5));
    this.marks.replaceChildren(...boxes.filter(Boolean));
  }

  column(step, width) {
    const { xaxis, _size: plot } = this.chart._fullLayout;
    if (step < xaxis.range[0] || step > xaxis.range[1]) return null;
    const left = xaxis.d2p(step - 0.5);
    return this.outline(plot.l + left, plot.t, xaxis.d2p(step + 0.5) - left, plot.h, width);
  }

  // The row of a unit, or of a step in a chart of steps against steps.
  rows(kind, value) {
    const layout = this.chart._fullLayout;
    return this.chart.data.map((trace) => {
      const row = trace.meta?.[kind]?.indexOf(value) ?? -1;
      if (row < 0 || trace.type !== "heatmap") return null;
      // While a page changes, the chart may hold traces of its next figure that have no axis yet.
      const axis = trace.yaxis && layout[trace.yaxis.replace("y", "yaxis")];
      if (!axis) return null;
      const [one, other] = [axis.d2p(row - 0.5), axis.d2p(row + 0.5)];
      const top = axis._offset + Math.min(one, other);
      return this.row(layout._size.l, top, layout._size.w, Math.abs(one - other));
    });
  }

  // Two thin lines, so that the neighbours stay visible, and a peg outside that finds them.
  row(left, top, width, height) {
    const { amber } = this.words.data;
    const line = this.outline(left, top, width, height, 1);
    line.style.boxShadow = `0 0 0 1px ${amber}`;
    const peg = element("div", "rnn-peg", line);
    Object.assign(peg.style, { position: "absolute", left: "-8px", width: "8px", top: "-2px", bottom: "-2px", background: amber });
    return line;
  }

  // Around the place and not on it: the cells in it stay visible.
  outline(left, top, width, height, line) {
    const { amber, paper } = this.words.data;
    const box = element("div", "rnn-mark");
    Object.assign(box.style, {
      position: "absolute",
      left: `${left}px`,
      top: `${top}px`,
      width: `${width}px`,
      height: `${height}px`,
      boxShadow: `0 0 0 ${line}px ${amber}, 0 0 0 ${line + 1}px ${paper}`,
    });
    return box;
  }
}

function element(tag, name, parent) {
  const made = document.createElement(tag);
  made.className = name;
  parent?.appendChild(made);
  return made;
}
