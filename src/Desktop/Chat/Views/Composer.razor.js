// The box belongs to this script: it is never drawn from the other side while somebody types.
export function start(form, area, composer) {
  // Longer texts are told when the typing pauses: each telling has all of it.
  const long = 20000;
  let timer;
  let conversation = null;

  function fit() {
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight}px`;
  }

  function tell() {
    clearTimeout(timer);
    timer = undefined;
    composer.invokeMethodAsync('Typed', conversation, area.value);
  }

  function fill(text) {
    area.value = text;
    fit();
  }

  function show(id, text) {
    if (timer) {
      tell();
    }
    conversation = id;
    fill(text);
  }

  async function send() {
    const text = area.value;
    if (text.trim() === '') {
      return;
    }
    clearTimeout(timer);
    timer = undefined;
    fill('');
    if (!await composer.invokeMethodAsync('SendAsync', conversation, text) && area.value === '') {
      fill(text);
    }
  }

  area.addEventListener('input', () => {
    fit();
    clearTimeout(timer);
    if (area.value.length < long) {
      tell();
    } else {
      timer = setTimeout(tell, 500);
    }
  });
  area.addEventListener('keydown', event => {
    // An Enter that ends a composition (an IME's) belongs to it; some engines say so only by the key code.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      send();
    }
  });
  form.addEventListener('submit', event => {
    event.preventDefault();
    send();
  });
  const onHide = () => timer && tell();
  addEventListener('pagehide', onHide);
  new ResizeObserver(fit).observe(form);
  area.focus();
  return {
    show,
    focus() {
      area.focus();
    },
    dispose() {
      removeEventListener('pagehide', onHide);
    },
  };
}
