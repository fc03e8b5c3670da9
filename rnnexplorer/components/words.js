// The strip of words and its link to the charts. Streamlit calls the default export on every
// change of data and its return value once, when the component leaves the page.

const instances = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  if (!instances.has(root)) instances.set(root, new Words(root));
  const words = instances.get(root);
  words.update(component);
  return () => {
    words.destroy();
    instances.delete(root);
  };
}

class Words {
  constructor(root) {
    this.links = new Map(); // chart key -> Link
    this.hovered = null;
    this.selected = null;
    this.box = element("div", "words");
    this.strip = element("div", "strip", this.box);
    this.strip.setAttribute("role", "toolbar");
    this.strip.setAttribute("aria-label", "the text, word by word");
    const foot = element("div", "foot", this.box);
    this.caption = element("span", "caption", foot);
    this.reading = element("span", "reading", foot);
    root.appendChild(this.box);

    this.strip.addEventListener("click", (event) => this.onWord(event, (step) => this.pick({ step })));
    this.strip.addEventListener("mouseover", (event) => this.onWord(event, (step) => this.hover(step)));
    this.strip.addEventListener("focusin", (event) => this.onWord(event, (step) => this.hover(step)));
    this.strip.addEventListener("mouseleave", () => this.hover(null));
    this.strip.addEventListener("focusout", () => this.hover(null));
    this.strip.addEventListener("keydown", (event) => this.onKey(event));

    // Streamlit puts a new chart in place of the old one whenever a figure changes.
    this.observer = new MutationObserver(() => this.onChange());
    this.observer.observe(document.body, { childList: true, subtree: true });
    this.top = stickToTop(root.host ?? root);
    this.watch = new IntersectionObserver(([seen]) => this.onEdge(seen), {
      rootMargin: `${-this.top - 1}px 0px 0px 0px`,
      threshold: [0, 1],
    });
    this.watch.observe(this.box);
  }

  update(component) {
    this.component = component;
    this.data = component.data;
    this.selected = this.data.selected;
    this.box.style.setProperty("--amber", this.data.amber);
    this.box.classList.toggle("alone", this.data.charts.length === 0);
    this.caption.textContent = this.data.caption;
    this.drawWords();
    this.link();
    this.draw();
    if (this.selected !== null) showWithin(this.strip, this.word(this.selected));
  }

  destroy() {
    this.observer.disconnect();
    this.watch.disconnect();
    for (const link of this.links.values()) link.detach();
    this.box.remove();
  }

  // ---- words

  drawWords() {
    const { tokens, backgrounds, foregrounds, readings, written, firstStep } = this.data;
    while (this.strip.childElementCount > tokens.length) this.strip.lastElementChild.remove();
    tokens.forEach((token, index) => {
      const button = this.strip.children[index] ?? element("button", "word", this.strip);
      const facts = [token, `step ${firstStep + index}`, readings[index]];
      if (written[index]) facts.push("written by the model");
      button.type = "button";
      button.textContent = token;
      button.style.background = backgrounds[index];
      button.style.color = foregrounds[index];
      button.classList.toggle("written", written[index]);
      button.setAttribute("aria-label", facts.filter(Boolean).join(", "));
    });
  }

  word(step) {
    return this.strip.children[step - this.data.firstStep];
  }

  onWord(event, act) {
    const button = event.target.closest(".word");
    if (button) act(this.stepOf(button));
  }

  stepOf(button) {
    return this.data.firstStep + [...this.strip.children].indexOf(button);
  }

  onKey(event) {
    const buttons = [...this.strip.children];
    const place = buttons.indexOf(event.target.closest(".word"));
    const next = neighbour(buttons, place, event.key);
    if (place < 0 || !next) return;
    event.preventDefault();
    next.focus();
  }

  onEdge(seen) {
    this.box.classList.toggle("stuck", seen.boundingClientRect.top <= this.top);
  }

  // ---- what is pointed at, what is picked

  hover(step) {
    if (step === this.hovered) return;
    this.hovered = step;
    this.draw();
  }

  pick(pick) {
    this.selected = pick.step; // at once; the page confirms it a moment later
    this.draw();
    this.component.setTriggerValue("pick", pick);
  }

  draw() {
    const { firstStep, tokens, readings, unit } = this.data;
    const reachable = this.word(this.selected ?? firstStep) ?? this.strip.firstElementChild;
    [...this.strip.children].forEach((button, index) => {
      const step = firstStep + index;
      button.classList.toggle("hovered", step === this.hovered);
      button.classList.toggle("selected", step === this.selected);
      button.setAttribute("aria-pressed", String(step === this.selected));
      button.tabIndex = button === reachable ? 0 : -1;
    });
    const shown = this.hovered ?? this.selected;
    const index = shown === null ? -1 : shown - firstStep;
    const facts = index in tokens ? [`step ${shown}`, tokens[index], readings[index]] : [];
    this.reading.textContent = facts.filter(Boolean).join(" · ");
    for (const link of this.links.values()) link.draw(this.hovered, this.selected, unit);
  }

  // ---- charts

  onChange() {
    if ([...this.links.values()].every((link) => link.isAttached())) return;
    if (this.link()) this.draw();
  }

  link() {
    const { charts } = this.data;
    for (const [key, link] of this.links) {
      if (charts.includes(key)) continue;
      link.detach();
      this.links.delete(key);
    }
    let changed = false;
    for (const key of charts) {
      if (!this.links.has(key)) this.links.set(key, new Link(key, this));
      changed = this.links.get(key).attach() || changed;
    }
    const attached = [...this.links.values()].filter((link) => link.isAttached());
    this.box.dataset.linked = attached.length; // how many charts answer now; tests wait for it
    return changed;
  }
}

// Only a child of the tall container can stick while the container scrolls by.
function stickToTop(host) {
  const child = host.closest('[data-testid="stElementContainer"]');
  const header = document.querySelector('[data-testid="stHeader"]')?.offsetHeight ?? 0;
  if (child) Object.assign(child.style, { position: "sticky", top: `${header}px`, zIndex: "90" });
  return header;
}

function showWithin(box, child) {
  if (!child) return;
  const above = child.offsetTop - box.offsetTop;
  if (above < box.scrollTop) box.scrollTop = above - 4;
  const below = above + child.offsetHeight - box.clientHeight;
  if (below > box.scrollTop) box.scrollTop = below + 4;
}

// The word that an arrow key leads to: up and down go to the nearest word of the line there.
function neighbour(buttons, place, key) {
  const here = buttons[place];
  if (!here) return undefined;
  const sideways = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: buttons.length - 1 };
  if (key in sideways) return buttons[sideways[key]];
  if (key !== "ArrowUp" && key !== "ArrowDown") return undefined;
  const down = key === "ArrowDown";
  const there = buttons.filter((b) => (down ? b.offsetTop > here.offsetTop : b.offsetTop < here.offsetTop));
  const line = (down ? there[0] : there.at(-1))?.offsetTop;
  const middle = (b) => b.offsetLeft + b.offsetWidth / 2;
  return there
    .filter((b) => b.offsetTop === line)
    .sort((a, b) => Math.abs(middle(a) - middle(here)) - Math.abs(middle(b) - middle(here)))[0];
}
