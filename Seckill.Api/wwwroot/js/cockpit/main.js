import { createApi, fetchConfig, fetchHealth } from '../api.js';
import { serverNow } from '../clock.js';
import { byId, h, setText } from '../dom.js';
import { addStrings, formatNumber, formatPeriod, t, tOr, toggleLanguage, translatePage } from '../i18n.js';
import { Session } from '../session.js';
import { applyTheme, currentTheme, nextTheme, onThemeChange } from '../theme.js';
import { AuditList } from './auditList.js';
import { renderBars, withShare } from './bars.js';
import { DeadLetters } from './deadLetters.js';
import { ask } from './dialog.js';
import { problemText } from './fields.js';
import { Funnel } from './funnel.js';
import { KillSwitch } from './killSwitch.js';
import { LimitsForm } from './limitsForm.js';
import { LiveBoard } from './liveBoard.js';
import { OrderTrace } from './orderTrace.js';
import { Presence } from './presence.js';
import { Reconciliation } from './reconciliation.js';
import { Rights } from './rights.js';
import { SaleForm } from './saleForm.js';
import { strings } from './strings.js';
import { Tabs } from './tabs.js';

const POLL_MS = 1_000;
const SLOW_POLL_MS = 5_000;
const MESSAGE_MS = 6_000;

/** Which actions make sense in which state of a sale. */
const ACTIONS = {
  scheduled: ['open', 'pause', 'close', 'warm-up', 'edit', 'clone'],
  open: ['pause', 'close', 'warm-up', 'clone'],
  paused: ['resume', 'close', 'warm-up', 'edit', 'clone'],
  closed: ['open', 'clone'],
};

applyTheme();
addStrings(strings);
const config = await fetchConfig();
const api = createApi(new Session('admin', config.development));
const rights = new Rights();
const board = new LiveBoard(byId('tiles'), byId('charts'));
const funnel = new Funnel(byId('funnel'));
const form = new SaleForm(submit);
const limits = new LimitsForm(applyLimits);
const letters = new DeadLetters(api, rights, complain);
const reconciliation = new Reconciliation();
const presence = new Presence(api, rights);
const trace = new OrderTrace(api);
const audit = new AuditList(api, rights);
const killSwitch = new KillSwitch(api, rights, (key) => { say(t(key)); void loadSales(); }, complain);
const tabs = new Tabs(byId('tabs'), showTab);

let sales = [];
let chosenId = new URLSearchParams(location.search).get('sale');
let stats = null;
let health = null;
let messageTimer = null;

const chosen = () => sales.find((sale) => sale.saleId === chosenId) ?? null;
const stateOf = (state) => t(`sale.${state}`);

async function loadSales() {
  try {
    const listed = await api.sales();
    // A node's list is a moment behind: what we have just created stays until the list has it.
    const ours = sales.filter((sale) => sale.isOurs && !listed.some((each) => each.saleId === sale.saleId));
    const asked = chosenId && !listed.some(({ saleId }) => saleId === chosenId) && ours.every(({ saleId }) => saleId !== chosenId) ? await api.sale(chosenId).catch(() => null) : null;
    sales = [...ours, ...(asked ? [asked] : []), ...listed];
    if (!chosen()) chosenId = (sales.find((sale) => sale.state === 'open') ?? sales.at(-1))?.saleId ?? null;
    renderSales();
    // The counters may have come before the names of what they count.
    renderStats();
  } catch (problem) {
    complain(problem);
  }
}

/** Takes a sale as the servers have just said it is. */
function take(sale) {
  sales = sales.some(({ saleId }) => saleId === sale.saleId) ? sales.map((each) => (each.saleId === sale.saleId ? { ...each, ...sale } : each)) : [{ ...sale, isOurs: true }, ...sales];
  renderSales();
}

function renderSales() {
  byId('sales-empty').hidden = sales.length > 0;
  renderList();
  const sale = chosen();
  byId('detail').hidden = !sale;
  byId('limits-form').hidden = !sale;
  if (!sale) return;
  setText(byId('detail-name'), sale.name);
  setText(byId('detail-window'), formatPeriod(sale.startsAt, sale.endsAt));
  setText(byId('detail-id'), sale.saleId);
  byId('detail-shop').href = `/?sale=${encodeURIComponent(sale.saleId)}`;
  document.title = `${sale.name} · ${t('foot.admin')}`;
  byId('detail-state').dataset.state = sale.state;
  setText(byId('detail-state'), stateOf(sale.state));
  byId('detail-cold').hidden = sale.itemsFixed || sale.state === 'closed';
  renderActions(sale);
  limits.render(sale);
}

// Buttons are kept: a list that is read again must not take the focus from whoever walks through it.
function renderList() {
  const list = byId('sales');
  const rows = new Map([...list.children].map((row) => [row.dataset.sale, row]));
  sales.forEach((sale, index) => {
    const row = rows.get(sale.saleId) ?? h('li', { 'data-sale': sale.saleId }, h('button', { type: 'button', onclick: () => choose(sale.saleId) }, h('span'), h('span', { class: 'chip' })));
    rows.delete(sale.saleId);
    const [button] = row.children;
    const [name, state] = button.children;
    setText(name, sale.name);
    name.title = sale.name;
    setText(state, stateOf(sale.state));
    state.dataset.state = sale.state;
    if (sale.saleId === chosenId) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
    if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
  });
  for (const row of rows.values()) row.remove();
}

function renderActions(sale) {
  const may = rights.may('steer');
  byId('actions').hidden = !may;
  byId('look-only').hidden = may;
  byId('new-sale').hidden = !may;
  byId('limits-apply').hidden = !may;
  const over = serverNow() >= Date.parse(sale.endsAt);
  const begun = serverNow() >= Date.parse(sale.startsAt);
  for (const button of byId('actions').children) {
    const { action } = button.dataset;
    button.hidden = !ACTIONS[sale.state].includes(action) || (over && action === 'open') || (begun && action === 'edit');
  }
}

function choose(saleId) {
  chosenId = saleId;
  history.replaceState(null, '', `?sale=${encodeURIComponent(saleId)}`);
  stats = null;
  board.clear();
  renderSales();
  void pollLive();
  void pollReconciliation();
}

function openForm(how) {
  how();
  byId('editor').showModal();
  byId('sale-form').elements.name.focus();
}

async function submit(mode, sale) {
  const answer = await rights.act('steer', () => (mode === 'edit' ? api.editSale(chosenId, sale) : api.createSale(sale)));
  byId('editor').close();
  take(answer);
  if (mode === 'create') choose(answer.saleId);
  say(t(mode === 'edit' ? 'done.edit' : 'done.create', { name: sale.name }));
}

async function applyLimits(admission) {
  const answer = await rights.act('steer', () => api.setAdmission(chosenId, admission));
  take(answer);
  say(t('done.limits'));
}

async function act(button) {
  const { action } = button.dataset;
  const sale = chosen();
  if (action === 'edit') return openForm(() => form.edit(sale, serverNow()));
  if (action === 'clone') return openForm(() => form.clone(sale, serverNow()));
  if (action === 'close' && !(await ask(t('close.title', { name: sale.name }), t('close.text'), t('action.close')))) return;
  button.disabled = true;
  try {
    take(await rights.act('steer', () => api.act(sale.saleId, action)));
    say(t(`done.${action}`));
  } catch (problem) {
    complain(problem);
  }
  button.disabled = false;
  renderSales();
  // The button that was pressed may be gone with the state that it ended; the focus stays with the sale.
  if (button.hidden) byId('detail-name').focus();
}

async function pollLive() {
  const asked = chosenId;
  if (!asked) return;
  const [seconds, counters] = await Promise.all([
    rights.look('live', () => api.live(asked, board.newest)), rights.look('stats', () => api.stats(asked)),
  ]);
  if (asked !== chosenId) return;
  if (seconds) board.takeSeconds(seconds);
  if (!counters) return;
  stats = counters;
  board.takeGauges({ left: sum('left'), lag: stats.consumerLag, outbox: stats.outboxLength });
  renderStats();
}

// Null where a part that counts is away: a dash then, not a zero.
const sum = (field) => (stats.items.some((item) => item[field] === null) ? null : stats.items.reduce((total, item) => total + item[field], 0));

function renderStats() {
  if (!stats) return;
  funnel.render(stats);
  byId('stock').replaceChildren(...stats.items.map(stockRow));
  renderBars(byId('grabs'), stats.grabs, (name) => tOr(`outcome.${name}`, name));
  renderBars(byId('orders'), stats.orders, (name) => tOr(`order.${name}`, name));
}

function stockRow(item) {
  const orDash = (value) => (value === null || value === undefined ? '–' : formatNumber(value));
  const share = h('div', { class: 'share', 'aria-hidden': 'true' }, ['sold', 'held'].filter((field) => item[field] > 0).map((field) => withShare(h('i', { class: field }), item[field] / item.stock)));
  const name = chosen()?.items.find(({ skuId }) => skuId === item.skuId)?.name;
  return h('tr', { 'data-sku': item.skuId }, h('th', { scope: 'row' }, h('code', {}, item.skuId), h('span', { class: 'item-name muted small', title: name }, name)),
    ['left', 'held', 'sold', 'stock'].map((field) => h('td', { class: 'number', 'data-field': field }, orDash(item[field]))), h('td', { class: 'wide' }, share));
}

async function pollReconciliation() {
  const asked = chosenId;
  if (!asked) return;
  // The health list says that a server is away; the last reports stay.
  const answer = await rights.look('reconciliation', () => api.reconciliation(asked));
  if (answer && asked === chosenId) reconciliation.take(answer.reports);
}

async function pollPresence() {
  board.takeGauges({ connections: await presence.load() });
}

async function pollHealth() {
  health = await fetchHealth().catch(() => ({ parts: { api: { status: 'unhealthy', reason: t('health.silent') } } }));
  renderHealth();
}

function renderHealth() {
  byId('health').replaceChildren(...Object.entries(health?.parts ?? {}).map(([name, { status, reason }]) =>
    h('li', { class: 'status', 'data-status': status, title: `${name}: ${t(`health.${status}`)}${reason ? `: ${reason}` : ''}` }, h('span', { class: 'status-name' }, tOr(`part.${name}`, name)), // A tooltip reaches neither fingers nor keys: what is not well says so, and why.
      h('span', { class: status === 'healthy' ? 'visually-hidden' : 'status-why' }, ` ${t(`health.${status}`)}${status !== 'healthy' && reason ? `: ${reason}` : ''}`))));
}

function showTab(name) {
  if (name === 'audit') void audit.load();
  if (name === 'letters') void letters.load();
}

function renderRights() {
  for (const name of ['letters', 'presence', 'audit']) if (!rights.may(name)) tabs.hide(name);
  renderSales();
  letters.render();
}

function complain(problem) {
  say(problemText(problem), 'error');
}

function say(text, kind = 'done') {
  const message = byId('message');
  message.dataset.kind = kind;
  setText(message, text);
  clearTimeout(messageTimer);
  messageTimer = setTimeout(() => setText(message, ''), MESSAGE_MS);
}

/** Everything that says something in words says it anew. */
function translate() {
  translatePage();
  const theme = t(`theme.${currentTheme()}`);
  setText(byId('theme'), theme);
  byId('theme').setAttribute('aria-label', t('theme.label', { theme }));
  form.translate();
  limits.translate();
  board.translate();
  funnel.translate();
  audit.translate();
  for (const part of [letters, reconciliation, presence, trace, killSwitch]) part.render();
  renderSales();
  renderStats();
  renderHealth();
}

/** One call at a time, then a pause: a slow server is not asked faster than it answers. A page in the background asks nothing. */
async function repeat(action, pauseMs) {
  for (;;) {
    if (!document.hidden) await action();
    await new Promise((resolve) => { setTimeout(resolve, pauseMs); });
  }
}

byId('new-sale').addEventListener('click', () => openForm(() => form.create(serverNow())));
byId('form-cancel').addEventListener('click', () => byId('editor').close());
for (const button of byId('actions').children) button.addEventListener('click', () => void act(button));
byId('theme').addEventListener('click', nextTheme);
byId('language').addEventListener('click', () => {
  toggleLanguage();
  translate();
});
onThemeChange(translate);
rights.addEventListener('change', renderRights);
translate();

void repeat(loadSales, SLOW_POLL_MS);
void repeat(pollLive, POLL_MS);
void repeat(pollReconciliation, SLOW_POLL_MS);
void repeat(pollPresence, SLOW_POLL_MS);
void repeat(pollHealth, SLOW_POLL_MS);
void repeat(() => letters.load(), SLOW_POLL_MS);
void repeat(() => killSwitch.load(), SLOW_POLL_MS);
