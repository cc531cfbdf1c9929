/** Tabs as the ARIA practices describe them: one stop for the tab key, arrows to move, the panel belongs to its tab. */
export class Tabs {
  #tabs;
  #onShow;

  /** @param {(name: string) => void} onShow The name is the panel's id. */
  constructor(list, onShow) {
    this.#tabs = [...list.querySelectorAll('[role="tab"]')];
    this.#onShow = onShow;
    list.addEventListener('click', ({ target }) => target.closest('[role="tab"]') && this.show(target.closest('[role="tab"]').getAttribute('aria-controls')));
    list.addEventListener('keydown', (event) => this.#key(event));
  }

  get shown() {
    return this.#tabs.find((tab) => tab.getAttribute('aria-selected') === 'true').getAttribute('aria-controls');
  }

  show(name) {
    for (const tab of this.#tabs) {
      const chosen = tab.getAttribute('aria-controls') === name;
      tab.setAttribute('aria-selected', String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      document.getElementById(tab.getAttribute('aria-controls')).hidden = !chosen;
      if (chosen) tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
    this.#onShow(name);
  }

  /** Takes a tab away that its reader may not see. */
  hide(name) {
    const tab = this.#tabs.find((each) => each.getAttribute('aria-controls') === name);
    if (tab.hidden) return;
    const focused = document.activeElement === tab;
    tab.hidden = true;
    if (this.shown !== name) return;
    const [first] = this.#visible();
    this.show(first.getAttribute('aria-controls'));
    // The focus would fall off the page with the tab.
    if (focused) first.focus();
  }

  #visible = () => this.#tabs.filter((tab) => !tab.hidden);

  #key(event) {
    const visible = this.#visible();
    const at = visible.indexOf(event.target);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: visible.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const tab = visible[(to + visible.length) % visible.length];
    this.show(tab.getAttribute('aria-controls'));
    tab.focus();
  }
}
