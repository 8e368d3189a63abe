// @ts-check
const ASKED = new Set(['Enter', 'Escape', 'Tab', 'ArrowUp', 'ArrowDown']);
const GROWS_ALONE = CSS.supports('field-sizing', 'content');

/** @typedef {{ invokeMethod(name: string, ...args: any[]): any }} Box */

/**
 * @param {HTMLTextAreaElement} field
 * @param {{ box: Box, text: string, focus: boolean }} options
 */
export function attach(field, { box, text, focus: wanted }) {
  // What was typed before the script was here stays.
  if (!field.value) set(field, { text, caret: text.length });
  field.addEventListener('input', () => {
    grow(field);
    box.invokeMethod('Typed', field.value, field.selectionStart);
  });
  field.addEventListener('keydown', event => {
    // 229 is a key that an input method took; Safari reports the closing Enter of a composition only so.
    if (!ASKED.has(event.key) || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (box.invokeMethod('Pressed', event.key, event.shiftKey, field.value, field.selectionStart)) event.preventDefault();
  });
  if (wanted && !matchMedia('(pointer: coarse)').matches) focus(field);
}

/**
 * @param {HTMLTextAreaElement} field
 * @param {{ text: string, caret: number }} options
 */
export function set(field, { text, caret }) {
  field.value = text;
  field.setSelectionRange(caret, caret);
  grow(field);
}

/** @param {HTMLTextAreaElement} field */
export const focus = field => field.focus();

/** @param {HTMLTextAreaElement} field */
function grow(field) {
  if (GROWS_ALONE) return;
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}
