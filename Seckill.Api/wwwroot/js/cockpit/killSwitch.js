import { byId, setText } from '../dom.js';
import { formatDateTime, t } from '../i18n.js';
import { ask } from './dialog.js';

/** One button that stops every sale on every node, and a banner that nobody overlooks while it does. */
export class KillSwitch {
  #api;
  #rights;
  #state = null;
  #onDone;
  #onProblem;

  /** @param {(key: string) => void} onDone @param {(problem: Error) => void} onProblem */
  constructor(api, rights, onDone, onProblem) {
    this.#api = api;
    this.#rights = rights;
    this.#onDone = onDone;
    this.#onProblem = onProblem;
    byId('kill').addEventListener('click', () => void this.#throw(true));
    byId('unkill').addEventListener('click', () => void this.#throw(false));
    rights.addEventListener('change', () => this.render());
  }

  async load() {
    this.#state = await this.#rights.look('kill-state', () => this.#api.killSwitch()) ?? this.#state;
    this.render();
  }

  async #throw(on) {
    const key = on ? 'kill.on' : 'kill.off';
    if (!(await ask(t(`${key}.title`), t(`${key}.text`), t(key)))) return;
    try {
      this.#state = await this.#rights.act('kill', () => this.#api.throwKillSwitch(on));
      this.#onDone(`${key}.done`);
    } catch (problem) {
      this.#onProblem(problem);
    }
    this.render();
  }

  render() {
    const on = this.#state?.on === true;
    const may = this.#rights.may('kill') && this.#rights.may('kill-state');
    byId('kill').hidden = on || !may;
    byId('unkill').hidden = !may;
    byId('killed').hidden = !on;
    if (on) setText(byId('killed-text'), t('kill.banner', { who: this.#state.who ?? '–', at: this.#state.at ? formatDateTime(this.#state.at) : '–' }));
  }
}
