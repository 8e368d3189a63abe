// @ts-check

/** @type {(Element|null)[]} Where the focus was when each open dialog came. */
const before = [];

/**
 * Opens the dialog above everything; a press beside it closes it.
 * @param {HTMLDialogElement} dialog
 */
export function open(dialog) {
  before.push(document.activeElement);
  dialog.showModal();
  /** @type {HTMLElement|null} */ (dialog.querySelector('[autofocus]'))?.focus();
  dialog.addEventListener('pointerdown', event => {
    // The backdrop belongs to the dialog: a press on the element itself, outside its box, is beside it.
    const box = dialog.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (event.target === dialog && !inside) dialog.close();
  });
}

/**
 * The newest dialog is going. One that is taken away instead of being closed leaves the focus nowhere: it goes back to where it was,
 * once the page is drawn without it.
 */
export function closed() {
  const last = before.pop();
  setTimeout(() => {
    if (document.activeElement === document.body && last instanceof HTMLElement) last.focus();
  });
}
