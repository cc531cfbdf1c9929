import { byId, h, setText } from '../dom.js';
import { formatMoment, formatNumber, t, tOr } from '../i18n.js';
import { ask } from './dialog.js';

const PAGE = 100;

/** Messages that wait for an operator, with what can be done about each. */
export class DeadLetters {
  #root = byId('letters');
  #api;
  #rights;
  #letters = null;
  #open = new Set();
  #deciding = new Set();
  #onProblem;

  /** @param {(problem: Error) => void} onProblem Where a refused or failed decision is told. */
  constructor(api, rights, onProblem) {
    this.#api = api;
    this.#rights = rights;
    this.#onProblem = onProblem;
  }

  /** Reads the list again; a failure leaves what is shown, for the health list in the page's head says what is away. */
  async load() {
    const letters = await this.#rights.look('letters', () => this.#api.deadLetters());
    if (!letters) return;
    this.#letters = letters;
    this.render();
  }

  async #decide(letter, decision) {
    if (decision === 'discard' && !(await ask(t('letters.discard'), t('letters.confirm'), t('letters.discard')))) return;
    this.#deciding.add(letter.id);
    this.render();
    try {
      await this.#rights.act('decide', () => this.#api.decideDeadLetter(letter.id, decision));
    } catch (problem) {
      this.#onProblem(problem);
    }
    this.#deciding.delete(letter.id);
    await this.load();
  }

  render() {
    if (!this.#letters) return;
    const count = this.#letters.length;
    setText(byId('letters-count'), count > 0 ? formatNumber(count) : '');
    const table = this.#root.querySelector('table');
    table.hidden = count === 0;
    // Rows are kept while they say the same: a list that is read again must not take the focus from whoever is about to decide, nor close what somebody is reading.
    const rows = new Map([...table.tBodies[0].rows].map((row) => [row.dataset.letter, row]));
    this.#letters.forEach((letter, index) => {
      const says = [letter.note, this.#deciding.has(letter.id), this.#rights.may('decide'), t('letters.replay')].join('|');
      let row = rows.get(letter.id);
      if (row?.dataset.says !== says) {
        row?.remove();
        row = this.#row(letter, says);
      }
      rows.delete(letter.id);
      const there = table.tBodies[0].rows[index] ?? null;
      if (there !== row) table.tBodies[0].insertBefore(row, there);
    });
    for (const row of rows.values()) row.remove();
    const note = byId('letters-note');
    note.hidden = count > 0 && count < PAGE;
    setText(note, count === 0 ? t('letters.empty') : t('letters.more', { count: PAGE }));
  }

  #row(letter, says) {
    const details = h('details', { open: this.#open.has(letter.id) },
      h('summary', {}, t('letters.details')),
      h('pre', {}, [letter.origin, letter.trace, letter.value, letter.stack].filter(Boolean).join('\n\n')));
    // A row that is made anew stays as open as it was.
    details.addEventListener('toggle', () => (details.open ? this.#open.add(letter.id) : this.#open.delete(letter.id)));
    return h('tr', { 'data-letter': letter.id, 'data-says': says },
      h('td', {}, formatMoment(letter.failedAt)), h('td', {}, h('span', { class: 'chip', title: letter.cause }, tOr(`letters.cause.${letter.cause}`, letter.cause))),
      h('td', {}, h('code', {}, letter.orderId ?? '–')), h('td', {}, letter.userId ?? '–'),
      h('td', { class: 'prose' }, letter.note ?? letter.error, details),
      h('td', {}, this.#rights.may('decide') ? h('div', { class: 'actions' }, ['replay', 'discard'].map((decision) =>
        h('button', { type: 'button', class: 'secondary', 'data-decision': decision, disabled: this.#deciding.has(letter.id), onclick: () => void this.#decide(letter, decision) },
          t(`letters.${decision}`)))) : null));
  }
}
