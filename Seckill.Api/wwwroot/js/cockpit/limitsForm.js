import { byId } from '../dom.js';
import { AdmissionFields } from './admissionFields.js';
import { showProblem } from './fields.js';

/** The limits of the sale that is shown, to be changed while it runs. What somebody is typing is not overwritten by what the servers say meanwhile. */
export class LimitsForm {
  #form = byId('limits-form');
  #fields = new AdmissionFields(byId('limits-fields'));
  #saleId = null;
  #dirty = false;

  /** @param {(admission: object) => Promise<void>} onApply Rejects with an ApiProblem when the server refuses. */
  constructor(onApply) {
    this.#form.addEventListener('input', () => { this.#dirty = true; });
    this.#form.addEventListener('submit', async (event) => {
      event.preventDefault();
      this.#showProblem(null);
      const submit = byId('limits-apply');
      submit.disabled = true;
      try {
        await onApply(this.#fields.read());
        this.#dirty = false;
      } catch (problem) {
        this.#showProblem(problem);
      }
      submit.disabled = false;
    });
  }

  render(sale) {
    if (sale.saleId === this.#saleId && this.#dirty) return;
    if (sale.saleId !== this.#saleId) this.#showProblem(null);
    this.#saleId = sale.saleId;
    this.#dirty = false;
    this.#fields.show(sale.admission);
  }

  translate() {
    this.#fields.translate();
  }

  #showProblem(problem) {
    showProblem(this.#form, byId('limits-error'), problem, (path) => this.#fields.inputOf(path.replace(/^admission\./, '')));
  }
}
