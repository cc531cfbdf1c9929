import { byId, h } from '../dom.js';
import { formatMoment, t } from '../i18n.js';

const PAGE = 50;

/** Most differences that an entry shows without being unrolled. */
const SHOWN = 6;

/** Who did what: newest first, older ones by the page. */
export class AuditList {
  #api;
  #rights;
  #entries = null;
  #next = null;

  constructor(api, rights) {
    this.#api = api;
    this.#rights = rights;
    byId('audit-more').addEventListener('click', () => void this.#loadMore());
  }

  /** The newest page; what was unrolled before stays below it. */
  async load() {
    const page = await this.#rights.look('audit', () => this.#api.audit(null, PAGE));
    if (!page) return;
    const known = new Set(page.entries.map(({ id }) => id));
    const older = (this.#entries ?? []).filter(({ id }) => !known.has(id) && page.entries.length > 0 && BigInt(id) < BigInt(page.entries.at(-1).id));
    if (older.length === 0) this.#next = page.next;
    this.#entries = [...page.entries, ...older];
    this.render();
  }

  async #loadMore() {
    const page = await this.#rights.look('audit', () => this.#api.audit(this.#next, PAGE));
    if (!page) return;
    this.#entries = [...this.#entries, ...page.entries];
    this.#next = page.next;
    this.render();
  }

  render() {
    if (!this.#entries) return;
    byId('audit-empty').hidden = this.#entries.length > 0;
    const table = byId('audit-table');
    table.hidden = this.#entries.length === 0;
    // Entries never change: rows are made once, so that one that is unrolled stays so.
    const rows = new Map([...table.tBodies[0].rows].map((row) => [row.dataset.entry, row]));
    table.tBodies[0].replaceChildren(...this.#entries.map((entry) => rows.get(entry.id) ?? row(entry)));
    byId('audit-more').hidden = !this.#next;
  }

  translate() {
    byId('audit-table').tBodies[0].replaceChildren();
    this.render();
  }
}

/** Field by field what became of what. Of what was not there before only the whole is shown, below. */
function differences(before, after) {
  if (!before || !after) return null;
  const [was, is] = [leaves(before), leaves(after)];
  const names = [...new Set([...was.keys(), ...is.keys()])].filter((name) => was.get(name) !== is.get(name));
  const lines = names.slice(0, SHOWN).map((name) => h('li', {}, h('code', {}, name), ` ${was.get(name) ?? '–'} → ${is.get(name) ?? '–'}`));
  return names.length === 0 ? null : h('ul', { role: 'list', class: 'differences' }, lines, names.length > SHOWN ? h('li', {}, '…') : null);
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** Every plain value by its path. An item is one line by its SKU: one that moves is no change of all, and one that goes is not told six times. */
function leaves(value, path = '', found = new Map()) {
  if (value === null || value === undefined) return found;
  if (typeof value !== 'object') return found.set(path, INSTANT.test(value) ? formatMoment(value) : String(value));
  for (const [key, part] of Object.entries(value)) {
    const { sku, ...rest } = part ?? {};
    if (sku) found.set(`${path}.${sku}`, Object.values(rest).join(' · '));
    else leaves(part, path ? `${path}.${key}` : key, found);
  }
  return found;
}

function row({ id, at, who, role, action, target, before, after, address }) {
  const changed = [['audit.before', before], ['audit.after', after]].filter(([, value]) => value !== null && value !== undefined);
  return h('tr', { 'data-entry': id },
    h('td', {}, formatMoment(at)), h('td', {}, who, ' ', h('span', { class: 'muted' }, role)), h('td', {}, h('code', {}, action)), h('td', {}, h('code', {}, target ?? '–')),
    h('td', { class: 'prose' }, differences(before, after), changed.length === 0 ? '–' : h('details', {}, h('summary', {}, t('audit.details')),
      changed.map(([key, value]) => [h('p', { class: 'muted small' }, t(key)), h('pre', {}, JSON.stringify(value, null, 2))]).flat())),
    h('td', {}, h('code', {}, address ?? '–')));
}
