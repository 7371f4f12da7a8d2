// What belongs to the page as a whole: shortcuts, the skip link, copying, and links, which the page itself never follows.
export function start(page) {
  const mac = navigator.platform.startsWith('Mac');

  function onKeydown(event) {
    if (event.isComposing) {
      return;
    }
    if (event.key === 'Escape') {
      if (!event.defaultPrevented && !document.querySelector('dialog[open], [popover]:popover-open')) {
        page.invokeMethodAsync('PressedAsync', 'escape');
      }
      return;
    }
    const modified = mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
    if (!modified || event.altKey || event.shiftKey) {
      return;
    }
    const pressed = { n: 'new', k: 'search', ',': 'settings', '/': 'shortcuts' }[event.key.toLowerCase()];
    if (pressed) {
      event.preventDefault();
      page.invokeMethodAsync('PressedAsync', pressed);
    }
  }

  async function onClick(event) {
    const skip = event.target.closest('[data-skip]');
    if (skip) {
      event.preventDefault();
      document.getElementById(skip.dataset.skip)?.focus();
      return;
    }
    const link = event.target.closest('.prose a[href]');
    if (link) {
      // The app opens it, in the person's own browser: what the web view would do with it differs from one to the next.
      event.preventDefault();
      event.stopPropagation();
      page.invokeMethodAsync('FollowAsync', link.href);
      return;
    }
    const copy = event.target.closest('[data-copy]');
    if (copy) {
      await copyFor(copy);
    }
  }

  document.addEventListener('keydown', onKeydown);
  document.addEventListener('click', onClick, true);
  // Keys mean something from now on.
  document.documentElement.dataset.ready = '';
  return {
    dispose() {
      document.removeEventListener('keydown', onKeydown);
      document.removeEventListener('click', onClick, true);
    },
  };
}

async function copyFor(button) {
  const text = button.dataset.copy === 'code'
    ? button.closest('figure').querySelector('code').textContent
    : button.closest('[data-answer]').dataset.answer;
  const label = button.querySelector('.label') ?? button;
  const before = button.dataset.label ?? (button.dataset.label = label.textContent);
  const done = await write(text);
  label.textContent = done ? 'Copied' : 'Not copied';
  clearTimeout(button.timer);
  button.timer = setTimeout(() => { label.textContent = before; }, 2000);
}

async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Some web views have no clipboard for pages; a selection can be copied everywhere.
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'unseen';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}
