import { h, setText } from './dom.js';
import { formatDateTime, preferredLanguage, textIn } from './i18n.js';

const PAGE = 100;

/** The cockpit's list of messages that wait for an operator, in English or Chinese, with what can be done about each. */
export class DeadLetters {
  #root;
  #api;
  #onProblem;
  #language = preferredLanguage();
  #letters = [];
  #open = new Set();
  #deciding = new Set();

  /** @param {(text: string) => void} onProblem Where a refused or failed decision is told. */
  constructor(root, api, onProblem) {
    this.#root = root;
    this.#api = api;
    this.#onProblem = onProblem;
    this.#part('language').addEventListener('click', () => {
      this.#language = this.#language === 'en' ? 'zh' : 'en';
      this.#render();
    });
    this.#render();
  }

  /** Reads the list again; a failure leaves what is shown, for the health list in the page's head says what is away. */
  async load() {
    const letters = await this.#api.deadLetters().catch(() => null);
    if (!letters) return;
    this.#letters = letters;
    this.#render();
  }

  async #decide(letter, decision) {
    if (decision === 'discard' && !confirm(this.#text('letters.confirm'))) return;
    this.#deciding.add(letter.id);
    this.#render();
    try {
      await this.#api.decideDeadLetter(letter.id, decision);
    } catch (problem) {
      this.#onProblem(this.#text('letters.failed', { reason: problem.message }));
    }
    this.#deciding.delete(letter.id);
    await this.load();
  }

  #render() {
    this.#root.lang = this.#language;
    setText(this.#root.querySelector('h2'), this.#text('letters.title'));
    setText(this.#part('language'), this.#text('nav.language'));
    this.#part('language').setAttribute('aria-label', this.#text('nav.language.label'));
    setText(this.#part('hint'), this.#text('letters.hint'));
    const table = this.#root.querySelector('table');
    table.hidden = this.#letters.length === 0;
    table.tHead.rows[0].replaceChildren(...['when', 'cause', 'order', 'user', 'error', 'decide'].map((name) => h('th', { scope: 'col' }, this.#text(`letters.${name}`))));
    table.tBodies[0].replaceChildren(...this.#letters.map((letter) => this.#row(letter)));
    const note = this.#part('note');
    note.hidden = this.#letters.length > 0 && this.#letters.length < PAGE;
    setText(note, this.#letters.length === 0 ? this.#text('letters.empty') : this.#text('letters.more', { count: PAGE }));
  }

  #row(letter) {
    const details = h('details', { open: this.#open.has(letter.id) },
      h('summary', {}, this.#text('letters.details')),
      h('pre', {}, [letter.origin, letter.trace, letter.value, letter.stack].filter(Boolean).join('\n\n')));
    // A list that is read again must not close what somebody is reading.
    details.addEventListener('toggle', () => (details.open ? this.#open.add(letter.id) : this.#open.delete(letter.id)));
    return h('tr', { 'data-letter': letter.id },
      h('td', {}, formatDateTime(letter.failedAt)), h('td', {}, h('span', { class: 'chip' }, letter.cause)),
      h('td', {}, h('code', {}, letter.orderId ?? '–')), h('td', {}, letter.userId ?? '–'),
      h('td', { class: 'error' }, letter.note ?? letter.error, details),
      h('td', {}, h('div', { class: 'actions' }, ['replay', 'discard'].map((decision) =>
        h('button', { type: 'button', class: 'secondary', 'data-decision': decision, disabled: this.#deciding.has(letter.id), onclick: () => void this.#decide(letter, decision) },
          this.#text(`letters.${decision}`))))));
  }

  #part = (name) => this.#root.querySelector(`[data-part="${name}"]`);

  #text = (key, values) => textIn(this.#language, key, values);
}
