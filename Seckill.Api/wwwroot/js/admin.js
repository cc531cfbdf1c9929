import { createApi, fetchConfig, fetchHealth } from './api.js';
import { SaleForm } from './adminForm.js';
import { serverNow } from './clock.js';
import { DeadLetters } from './deadLetters.js';
import { byId, h, setText } from './dom.js';
import { formatDateTime, formatNumber } from './i18n.js';
import { Session } from './session.js';
import { Sparkline } from './sparkline.js';

const POLL_MS = 1_000;
const SLOW_POLL_MS = 5_000;
const LETTERS_POLL_MS = 3_000;
const MESSAGE_MS = 5_000;

const config = await fetchConfig();
const api = createApi(new Session('admin', config.development));
const acceptedChart = new Sparkline(byId('accepted-chart'));
const leftChart = new Sparkline(byId('left-chart'));
const form = new SaleForm(byId('create'), byId('form-items'), byId('add-item'), byId('form-error'), create);

const deadLetters = new DeadLetters(byId('letters'), api, (text) => say(text, 'error'));

let sales = [];
let chosenId = new URLSearchParams(location.search).get('sale');
let lastSample = null;
let messageTimer = null;

async function loadSales() {
  try {
    const listed = await api.sales();
    // A node's list is a moment behind: what we have just created or changed stays until the list has it.
    sales = [...sales.filter((sale) => sale.isOurs && !listed.some((each) => each.saleId === sale.saleId)), ...listed];
    if (!sales.some((sale) => sale.saleId === chosenId)) chosenId = (sales.find((sale) => sale.state === 'open') ?? sales.at(-1))?.saleId ?? null;
    renderSales();
  } catch (problem) {
    say(`Sales could not be read: ${problem.message}`, 'error');
  }
}

function renderSales() {
  byId('sales-empty').hidden = sales.length > 0;
  byId('sales').replaceChildren(...sales.map((sale) => h('li', {},
    h('button', { type: 'button', 'data-sale': sale.saleId, 'aria-current': sale.saleId === chosenId ? 'true' : null, onclick: () => choose(sale.saleId) },
      h('span', {}, sale.name), h('span', { class: 'chip', 'data-state': sale.state }, sale.state)))));
  const sale = sales.find((each) => each.saleId === chosenId);
  byId('detail').hidden = !sale || !byId('editor').hidden;
  if (!sale) return;
  setText(byId('detail-name'), sale.name);
  setText(byId('detail-window'), `${formatDateTime(sale.startsAt)} to ${formatDateTime(sale.endsAt)}`);
  setText(byId('detail-id'), sale.saleId);
  byId('detail-shop').href = `/?sale=${encodeURIComponent(sale.saleId)}`;
  renderState(sale.state);
}

function renderState(state) {
  const chip = byId('detail-state');
  chip.dataset.state = state;
  setText(chip, state);
  button('open').disabled = state === 'open';
  button('close').disabled = state === 'closed';
}

const button = (action) => document.querySelector(`[data-action="${action}"]`);

function choose(saleId) {
  chosenId = saleId;
  history.replaceState(null, '', `?sale=${encodeURIComponent(saleId)}`);
  lastSample = null;
  acceptedChart.clear();
  leftChart.clear();
  showEditor(false);
  void pollStats();
}

function showEditor(shown) {
  byId('editor').hidden = !shown;
  if (shown) form.reset(serverNow());
  renderSales();
}

async function create(sale) {
  const created = await api.createSale(sale);
  sales = [{ ...created, isOurs: true }, ...sales];
  choose(created.saleId);
  say(`Created ${sale.name}.`);
}

async function act(action) {
  const target = chosenId;
  button(action).disabled = true;
  try {
    const { state } = await api.act(target, action);
    sales = sales.map((sale) => (sale.saleId === target ? { ...sale, state } : sale));
    say({ open: 'Opened.', close: 'Closed.', 'warm-up': 'Warmed up: the stock stands in Redis.' }[action]);
  } catch (problem) {
    say(problem.message, 'error');
  }
  button(action).disabled = false;
  renderSales();
}

async function pollStats() {
  const asked = chosenId;
  if (!asked || !byId('editor').hidden) return;
  try {
    const stats = await api.stats(asked);
    if (asked === chosenId) renderStats(stats);
  } catch (problem) {
    // A sale that was made this second is not known to every node yet.
    if (problem.kind !== 'unknown-sale') say(`Counters could not be read: ${problem.message}`, 'error');
  }
}

function renderStats(stats) {
  // Null where a part that counts is away: a dash then, not a zero.
  const sum = (field) => (stats.items.some((item) => item[field] === null) ? null : stats.items.reduce((total, item) => total + item[field], 0));
  const accepted = stats.grabs ? stats.grabs.reserved ?? 0 : null;
  const rate = acceptedRate(accepted);
  renderTiles([
    ['Left', sum('left')], ['Held', sum('held')], ['Sold', sum('sold')],
    ['Accepted', accepted], ['Outbox', stats.outboxLength], ['Consumer lag', stats.consumerLag],
  ]);
  if (rate !== null) acceptedChart.push(rate);
  if (sum('left') !== null) leftChart.push(sum('left'));
  setText(byId('accepted-now'), rate === null ? '' : `${formatNumber(Math.round(rate))}/s`);
  setText(byId('left-now'), orDash(sum('left')));
  byId('stock').replaceChildren(...stats.items.map(stockRow));
  renderBars(byId('grabs'), stats.grabs);
  renderBars(byId('orders'), stats.orders);
}

async function pollReconciliation() {
  const asked = chosenId;
  if (!asked || !byId('editor').hidden) return;
  try {
    const { reports } = await api.reconciliation(asked);
    if (asked !== chosenId) return;
    byId('reconciliation-empty').hidden = reports.length > 0;
    byId('reconciliation-table').hidden = reports.length === 0;
    byId('reconciliation').replaceChildren(...reports.map((report) => h('tr', {},
      h('td', {}, formatDateTime(report.at)), h('td', {}, report.cause), h('td', {}, formatNumber(report.findingCount)), h('td', {}, formatNumber(report.open)),
      h('td', { class: 'wide' }, [...new Set(report.findings.map((finding) => finding.difference))].join(', ') || 'none'))));
  } catch {
    // The counters beside it say that a server is away; the last reports stay.
  }
}

/** Accepted since the last sample, per second; null for the first, and while nobody can say. */
function acceptedRate(accepted) {
  if (accepted === null) return null;
  const at = performance.now();
  const rate = lastSample ? Math.max(0, accepted - lastSample.accepted) / Math.max(0.2, (at - lastSample.at) / 1000) : null;
  lastSample = { accepted, at };
  return rate;
}

const orDash = (value) => (value === null || value === undefined ? '–' : formatNumber(value));

function renderTiles(tiles) {
  byId('tiles').replaceChildren(...tiles.map(([label, value]) =>
    h('div', {}, h('dt', {}, label), h('dd', {}, orDash(value)))));
}

function stockRow(item) {
  const share = h('div', { class: 'share' }, ['sold', 'held'].filter((field) => item[field] > 0).map((field) => part(field, item)));
  return h('tr', { 'data-sku': item.skuId }, h('td', {}, h('code', {}, item.skuId)),
    ['left', 'held', 'sold', 'stock'].map((field) => h('td', { 'data-field': field }, orDash(item[field]))), h('td', { class: 'wide' }, share));
}

function part(field, item) {
  return withShare(h('i', { class: field, title: field }), item[field] / item.stock);
}

function renderBars(list, counts) {
  const rows = Object.entries(counts ?? {}).sort((a, b) => b[1] - a[1]);
  const top = Math.max(1, ...rows.map(([, count]) => count));
  list.replaceChildren(...(rows.length > 0
    ? rows.map(([name, count]) => h('div', {}, h('dt', {}, name), h('div', { class: 'meter' }, withShare(h('i'), count / top)), h('dd', {}, formatNumber(count))))
    : [h('p', { class: 'muted' }, 'None yet.')]));
}

function withShare(element, share) {
  element.style.setProperty('--share', String(share));
  return element;
}

async function pollHealth() {
  const health = await fetchHealth().catch(() => ({ parts: { api: { status: 'unhealthy', reason: 'no answer' } } }));
  byId('health').replaceChildren(...Object.entries(health.parts ?? {}).map(([name, { status, reason }]) =>
    h('li', { class: 'status', 'data-status': status, title: `${status}${reason ? `: ${reason}` : ''}` }, name, h('span', { class: 'visually-hidden' }, ` ${status}`))));
}

function say(text, kind = 'done') {
  const message = byId('message');
  message.dataset.kind = kind;
  message.hidden = false;
  setText(message, text);
  clearTimeout(messageTimer);
  messageTimer = setTimeout(() => { message.hidden = true; }, MESSAGE_MS);
}

/** One call at a time, then a pause: a slow server is not asked faster than it answers. */
async function repeat(action, pauseMs) {
  for (;;) {
    if (!document.hidden) await action();
    await new Promise((resolve) => { setTimeout(resolve, pauseMs); });
  }
}

byId('new-sale').addEventListener('click', () => showEditor(true));
byId('create-cancel').addEventListener('click', () => showEditor(false));
for (const action of ['warm-up', 'open', 'close']) button(action).addEventListener('click', () => void act(action));

void repeat(loadSales, SLOW_POLL_MS);
void repeat(pollStats, POLL_MS);
void repeat(pollReconciliation, SLOW_POLL_MS);
void repeat(pollHealth, SLOW_POLL_MS);
void repeat(() => deadLetters.load(), LETTERS_POLL_MS);
