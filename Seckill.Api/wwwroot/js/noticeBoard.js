import { h } from './dom.js';
import { t } from './i18n.js';

const MOST = 3;

/** What operators have to say, latest first, until the buyer has read it. When there are too many, the oldest goes. */
export class NoticeBoard {
  #root;

  /** @param {HTMLElement} root an empty live region */
  constructor(root) {
    this.#root = root;
  }

  /** @param {{ severity: string, title: string, text?: string, link?: string }} payload of a message `notice` */
  show({ severity, title, text, link }) {
    const close = () => notice.remove();
    const notice = h('section', { class: `notice ${severity}` },
      h('h2', {}, title),
      text ? h('p', {}, text) : null,
      link?.startsWith('https://') ? h('p', {}, h('a', { href: link, rel: 'noopener noreferrer', target: '_blank' }, link)) : null,
      h('button', { type: 'button', class: 'quiet', onclick: close }, t('notice.close')));
    this.#root.prepend(notice);
    while (this.#root.children.length > MOST) this.#root.lastElementChild.remove();
  }
}
