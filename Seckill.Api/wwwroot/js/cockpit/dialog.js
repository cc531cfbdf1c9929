import { byId, setText } from '../dom.js';
import { t } from '../i18n.js';

/**
 * Asks before something that cannot simply be taken back. The element is a modal `<dialog>`: the browser keeps the focus inside and gives it back, and Escape means no.
 * @returns {Promise<boolean>}
 */
export function ask(title, text, action) {
  const dialog = byId('ask');
  setText(byId('ask-title'), title);
  setText(byId('ask-text'), text);
  setText(byId('ask-yes'), action);
  setText(byId('ask-no'), t('ask.no'));
  dialog.returnValue = '';
  dialog.showModal();
  byId('ask-no').focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
