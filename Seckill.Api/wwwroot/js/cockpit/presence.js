import { byId, h, setText } from '../dom.js';
import { formatDateTime, formatNumber, t } from '../i18n.js';

/** The hub's nodes with their connections, and where one buyer is connected. */
export class Presence {
  #api;
  #rights;
  #presence = null;
  #asked = '';

  constructor(api, rights) {
    this.#api = api;
    this.#rights = rights;
    byId('presence-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#asked = byId('presence-user').value.trim();
      void this.load();
    });
  }

  /** Resolves with the connections of all nodes; null when nobody can say. */
  async load() {
    this.#presence = await this.#rights.look('presence', () => this.#api.presence(this.#asked)) ?? this.#presence;
    this.render();
    return this.#presence?.connections ?? null;
  }

  render() {
    if (!this.#presence) return;
    const { page, nodes, connections, users, user } = this.#presence;
    setText(byId('presence-sum'), t('presence.sum', { nodes: formatNumber(nodes), connections: formatNumber(connections), users: formatNumber(users) }));
    byId('presence-nodes').hidden = page.length === 0;
    byId('presence-nodes').tBodies[0].replaceChildren(...page.map((node) => h('tr', {},
      h('td', {}, h('code', {}, node.node), node.draining ? [' ', h('span', { class: 'chip' }, t('presence.draining'))] : null),
      h('td', { class: 'number' }, formatNumber(node.connections)), h('td', { class: 'number' }, formatNumber(node.users)), h('td', {}, formatDateTime(node.startedAt)))));
    const found = byId('presence-found');
    found.hidden = !user;
    if (!user) return;
    found.replaceChildren(
      h('p', {}, t(user.sessions.length > 0 ? 'presence.user' : 'presence.nobody', { user: user.userId, connections: formatNumber(user.connections) })),
      h('ul', { role: 'list' }, user.sessions.map((session) => h('li', {}, h('code', {}, session.device ?? '–'), ` · ${session.transport} · ${formatDateTime(session.since)} · `, h('code', {}, session.node)))));
  }
}
