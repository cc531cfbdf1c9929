import { h } from './dom.js';

const LEAD_MS = 10 * 60_000;
const WINDOW_MS = 60 * 60_000;

/** Fields of one item: name in the request, label, attributes of its input. */
const ITEM_FIELDS = [
  ['skuId', 'SKU', { maxlength: 64, autocomplete: 'off', spellcheck: 'false' }],
  ['name', 'Name', { maxlength: 200, autocomplete: 'off' }],
  ['price', 'Price', { inputmode: 'decimal' }],
  ['stock', 'Stock', { inputmode: 'numeric' }],
  ['perUserLimit', 'Per buyer', { inputmode: 'numeric', value: '1' }],
];

/** The form of a new sale. What is wrong with it is the server's word, shown at the field that it names. */
export class SaleForm {
  #form;
  #items;
  #error;

  /** @param {(sale: object) => Promise<void>} onSubmit Rejects with an ApiProblem when the server refuses. */
  constructor(form, items, addButton, error, onSubmit) {
    this.#form = form;
    this.#items = items;
    this.#error = error;
    addButton.addEventListener('click', () => this.#addItem());
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      this.#showProblem(null);
      event.submitter?.setAttribute('disabled', '');
      await onSubmit(this.#read()).catch((problem) => this.#showProblem(problem));
      event.submitter?.removeAttribute('disabled');
    });
  }

  /** Empty, with a window of one hour that starts in ten minutes: creating a sale is not yet opening it. */
  reset(nowMs) {
    this.#form.reset();
    this.#items.replaceChildren();
    this.#addItem();
    this.#form.elements.startsAt.value = localInput(nowMs + LEAD_MS);
    this.#form.elements.endsAt.value = localInput(nowMs + LEAD_MS + WINDOW_MS);
    this.#showProblem(null);
    this.#form.elements.name.focus();
  }

  #addItem() {
    const row = h('div', { class: 'form-item' },
      ITEM_FIELDS.map(([name, label, attributes]) => field(label, h('input', { 'data-item-field': name, ...attributes }))),
      h('button', { type: 'button', class: 'quiet remove', onclick: () => this.#items.childElementCount > 1 && row.remove() }, 'Remove'));
    this.#items.append(row);
  }

  #read() {
    const { name, startsAt, endsAt, eligibility } = this.#form.elements;
    const users = eligibility.value.split(/\s+/).filter(Boolean);
    return {
      name: name.value.trim(),
      startsAt: isoOrNull(startsAt.value),
      endsAt: isoOrNull(endsAt.value),
      items: [...this.#items.children].map((row) => {
        const value = (field) => row.querySelector(`[data-item-field="${field}"]`).value.trim();
        return {
          skuId: value('skuId'), name: value('name'), price: numberOrNull(value('price')),
          stock: numberOrNull(value('stock')), perUserLimit: numberOrNull(value('perUserLimit')),
        };
      }),
      ...(users.length > 0 ? { eligibility: { userIds: users } } : {}),
    };
  }

  /** `errors` of the problem goes by field: `name`, `items[0].stock`, …; what names no field of ours is shown on top. */
  #showProblem(problem) {
    for (const input of this.#form.querySelectorAll('[aria-invalid]')) {
      input.removeAttribute('aria-invalid');
      input.parentElement.querySelector('.field-error').textContent = '';
    }
    const unplaced = [];
    for (const [path, texts] of Object.entries(problem?.body?.errors ?? {})) {
      const text = [texts].flat().join(' ');
      const input = this.#inputOf(path);
      if (!input) {
        unplaced.push(text);
        continue;
      }
      input.setAttribute('aria-invalid', 'true');
      input.parentElement.querySelector('.field-error').textContent = text;
    }
    if (problem && !problem.body?.errors) unplaced.push(problem.message);
    this.#error.hidden = unplaced.length === 0;
    this.#error.textContent = unplaced.join(' ');
    this.#form.querySelector('[aria-invalid]')?.focus();
  }

  #inputOf(path) {
    const item = /^\$?\.?items\[(\d+)\]\.(\w+)$/i.exec(path);
    if (item) return this.#items.children[Number(item[1])]?.querySelector(`[data-item-field="${camel(item[2])}"]`) ?? null;
    const input = this.#form.elements[camel(path.split(/[.[]/)[0])];
    return input?.matches?.('input, textarea') ? input : null;
  }
}

const field = (label, input) => h('label', { class: 'field' }, h('span', {}, label), input, h('em', { class: 'field-error' }));

const camel = (name) => name.charAt(0).toLowerCase() + name.slice(1);

/** Empty and unreadable numbers go as null: the server names the fault. */
const numberOrNull = (text) => (text === '' || Number.isNaN(Number(text)) ? null : Number(text));

const isoOrNull = (local) => {
  const time = new Date(local);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
};

/** A moment as `datetime-local` wants it: local time without a zone. */
function localInput(ms) {
  const zoneMs = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - zoneMs).toISOString().slice(0, 19);
}
