import { byId, h, setText } from '../dom.js';
import { t } from '../i18n.js';
import { AdmissionFields } from './admissionFields.js';
import { isoOrNull, localInput, numberOrNull, showProblem } from './fields.js';

const LEAD_MS = 10 * 60_000;
const WINDOW_MS = 60 * 60_000;

/** Fields of one item: name in the request and attributes of its input. */
const ITEM_FIELDS = [
  ['skuId', { maxlength: 64, autocomplete: 'off', spellcheck: 'false' }],
  ['name', { maxlength: 200, autocomplete: 'off' }],
  ['price', { inputmode: 'decimal', autocomplete: 'off' }],
  ['stock', { inputmode: 'numeric', autocomplete: 'off' }],
  ['perUserLimit', { inputmode: 'numeric', autocomplete: 'off', value: '1' }],
  ['buckets', { inputmode: 'numeric', autocomplete: 'off', value: '1' }],
];

/** The form of a new sale, of a copy of one, and of the name, window and items of one that has not begun. What is wrong with it is the server's word, shown at the field that it names. */
export class SaleForm {
  #form = byId('sale-form');
  #items = byId('form-items');
  #admission = new AdmissionFields(byId('form-admission'));
  #mode = 'create';
  #listOf = null;
  #hasItems = true;

  /** @param {(mode: 'create' | 'edit', sale: object) => Promise<void>} onSubmit Rejects with an ApiProblem when the server refuses. */
  constructor(onSubmit) {
    byId('add-item').addEventListener('click', () => this.#addItem().querySelector('input').focus());
    this.#form.addEventListener('submit', async (event) => {
      event.preventDefault();
      this.#showProblem(null);
      const submit = byId('form-submit');
      submit.disabled = true;
      await onSubmit(this.#mode, this.#read()).catch((problem) => this.#showProblem(problem));
      submit.disabled = false;
    });
  }

  /** Empty, with a window of one hour that starts in ten minutes: creating a sale is not yet opening it. */
  create(nowMs) {
    this.#begin('create', nowMs);
    this.#addItem();
    this.#admission.show({});
    this.#form.elements.name.focus();
  }

  /** A new sale with everything of another one but its window; also its list of buyers, which stays on the server. */
  clone(sale, nowMs) {
    this.#begin('create', nowMs);
    this.#form.elements.name.value = sale.name;
    for (const item of sale.items) this.#addItem(item);
    this.#admission.show(sale.admission);
    this.#listOf = sale.restricted ? sale.saleId : null;
    this.#form.elements.eligibility.parentElement.hidden = sale.restricted;
    byId('form-list-of').hidden = !sale.restricted;
    this.#form.elements.name.focus();
  }

  /** Name and window, and the items until the warm-up brings their stock into Redis. */
  edit(sale, nowMs) {
    this.#begin('edit', nowMs, !sale.itemsFixed);
    for (const item of this.#hasItems ? sale.items : []) this.#addItem(item);
    this.#form.elements.name.value = sale.name;
    this.#form.elements.startsAt.value = localInput(Date.parse(sale.startsAt));
    this.#form.elements.endsAt.value = localInput(Date.parse(sale.endsAt));
    this.#form.elements.name.focus();
  }

  translate() {
    this.#admission.translate();
    setText(byId('form-title'), t(this.#mode === 'edit' ? 'form.edit' : 'form.create'));
    setText(byId('form-submit'), t(this.#mode === 'edit' ? 'form.save' : 'form.submit'));
    for (const label of this.#items.querySelectorAll('[data-key]')) setText(label, t(label.dataset.key));
    this.#number();
  }

  #begin(mode, nowMs, hasItems = true) {
    this.#mode = mode;
    this.#hasItems = hasItems;
    this.#listOf = null;
    this.#form.reset();
    this.#items.replaceChildren();
    this.#form.elements.startsAt.value = localInput(nowMs + LEAD_MS);
    this.#form.elements.endsAt.value = localInput(nowMs + LEAD_MS + WINDOW_MS);
    byId('form-items-set').hidden = !hasItems;
    byId('form-items-fixed').hidden = hasItems;
    for (const part of this.#form.querySelectorAll('[data-only="create"]')) part.hidden = mode === 'edit';
    this.#form.elements.eligibility.parentElement.hidden = mode === 'edit';
    byId('form-list-of').hidden = true;
    this.#showProblem(null);
    this.translate();
  }

  #addItem(item = null) {
    const row = h('div', { class: 'form-item', role: 'group' },
      ITEM_FIELDS.map(([name, attributes]) => {
        const input = h('input', { 'data-item-field': name, ...attributes });
        if (item) input.value = String(item[name] ?? '');
        return h('label', { class: 'field' }, h('span', { 'data-key': `item.field.${name}` }, t(`item.field.${name}`)), input, h('em', { class: 'field-error' }));
      }),
      h('button', { type: 'button', class: 'quiet remove', 'data-key': 'form.remove', onclick: () => this.#remove(row) }, t('form.remove')));
    this.#items.append(row);
    this.#number();
    return row;
  }

  /** A sale has at least one item; and each says which it is. */
  #number() {
    const rows = [...this.#items.children];
    rows.forEach((row, index) => {
      row.setAttribute('aria-label', t('form.item', { number: index + 1 }));
      row.querySelector('.remove').disabled = rows.length === 1;
    });
  }

  #remove(row) {
    row.remove();
    this.#number();
    byId('add-item').focus();
  }

  #read() {
    const { name, startsAt, endsAt, eligibility } = this.#form.elements;
    const head = { name: name.value.trim(), startsAt: isoOrNull(startsAt.value), endsAt: isoOrNull(endsAt.value), ...(this.#hasItems ? { items: this.#readItems() } : {}) };
    if (this.#mode === 'edit') return head;
    const users = eligibility.value.split(/\s+/).filter(Boolean);
    return {
      ...head,
      // Its items can be edited until somebody warms it up or opens it, or its window is near.
      warmUp: false,
      admission: this.#admission.read(),
      ...(this.#listOf ? { eligibilityOf: this.#listOf } : users.length > 0 ? { eligibility: { userIds: users } } : {}),
    };
  }

  #readItems() {
    return [...this.#items.children].map((row) => {
      const value = (field) => row.querySelector(`[data-item-field="${field}"]`).value.trim();
      return {
        skuId: value('skuId'), name: value('name'), price: numberOrNull(value('price')), stock: numberOrNull(value('stock')),
        perUserLimit: numberOrNull(value('perUserLimit')), buckets: numberOrNull(value('buckets')),
      };
    });
  }

  #showProblem(problem) {
    showProblem(this.#form, byId('form-error'), problem, (path) => this.#inputOf(path));
  }

  #inputOf(path) {
    const item = /^\$?\.?items\[(\d+)\]\.(\w+)$/i.exec(path);
    if (item) return this.#items.children[Number(item[1])]?.querySelector(`[data-item-field="${camel(item[2])}"]`) ?? null;
    if (path.startsWith('admission.')) return this.#admission.inputOf(path.slice('admission.'.length));
    const input = this.#form.elements[camel(path.split(/[.[]/)[0])];
    return input?.matches?.('input, textarea') ? input : null;
  }
}

const camel = (name) => name.charAt(0).toLowerCase() + name.slice(1);
