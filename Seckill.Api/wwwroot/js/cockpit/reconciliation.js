import { byId, h } from '../dom.js';
import { formatMoment, formatNumber, t } from '../i18n.js';

/** What the comparisons of Redis, Kafka and MySQL have found. */
export class Reconciliation {
  #reports = null;

  take(reports) {
    this.#reports = reports;
    this.render();
  }

  render() {
    if (!this.#reports) return;
    byId('reconciliation-empty').hidden = this.#reports.length > 0;
    byId('reconciliation-table').hidden = this.#reports.length === 0;
    byId('reconciliation-table').tBodies[0].replaceChildren(...this.#reports.map((report) => h('tr', {},
      h('td', {}, formatMoment(report.at)), h('td', {}, report.cause), h('td', { class: 'number' }, formatNumber(report.findingCount)),
      h('td', { class: 'number' }, formatNumber(report.open)),
      h('td', { class: 'prose' }, [...new Set(report.findings.map((finding) => finding.difference))].join(', ') || t('reconciliation.none')))));
  }
}
