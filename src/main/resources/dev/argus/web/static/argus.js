// The page of Argus: sends photos one a request, a few at once, and shows what comes back.
//
// A photo goes waiting → uploading → recognising → answered or failed. Everything that comes from
// outside (file names, labels, reasons) reaches the page as text, never as markup.
'use strict';
(() => {
  const AT_ONCE = 6; // as many connections as browsers open to one host
  const MAX_PHOTOS = 500; // on the page
  const MAX_REFUSALS = 60; // 429 or 503, until a photo is given up
  const MAX_BREAKS = 3; // broken connections, likewise
  const LONGEST_PAUSE_MS = 30_000; // whatever Retry-After says
  const PATIENCE_MS = 60 * 60_000; // Argus owes an answer, but a page need not wait for ever
  const POLL_SECONDS = 20; // how long one look for a late result may be held open
  const THUMBNAIL_PX = 560; // longer side; sharp on a card of 280 pixels at two device pixels each
  const SMALL_PIXELS = 320_000; // photos up to this size are shown as they are: 1.3 MB once drawn
  const MAX_PIXELS = 100_000_000; // larger ones would take 400 MB to draw

  const SPEAK_MS = 5000; // between two words to a screen reader on how far all are
  const TOKEN = 'argus-token'; // in sessionStorage: gone when the tab is closed

  const $ = (id) => document.getElementById(id);
  const percent = (p) =>
    p < 0.001 ? '<0.1%' : `${(p * 100).toFixed(p < 0.1 || (p > 0.995 && p < 1) ? 1 : 0)}%`;

  const photos = new Set();
  const queue = [];
  const inState = { waiting: 0, uploading: 0, recognising: 0, answered: 0, failed: 0 };
  let active = 0;

  // ---- the list -------------------------------------------------------------------------------

  function add(files) {
    const room = MAX_PHOTOS - photos.size;
    const added = new DocumentFragment();
    for (const file of [...files].slice(0, room)) {
      const item = $('photo').content.firstElementChild.cloneNode(true);
      const photo = {
        file,
        item,
        part: (name) => item.querySelector(`.${name}`),
        result: null, // where the answer will be, once Argus has taken the photo
      };
      item.dataset.name = file.name;
      photo.part('name').textContent = file.name;
      photo.part('name').title = file.name;
      photo.part('format').textContent = (/\.(\w{1,5})$/.exec(file.name) ?? ['', 'photo'])[1];
      photo.part('remove').setAttribute('aria-label', `Remove ${file.name}`);
      photo.part('remove').addEventListener('click', () => remove(photo));
      photo.part('again').addEventListener('click', () => enqueue(photo));
      item.addEventListener('keydown', (event) => onKey(event, photo));
      photos.add(photo);
      added.append(item);
      if (!reachable) reach(item);
      paintInTurn(photo);
      enqueue(photo);
    }
    $('list').append(added);
    summarise();
    notify(files.length > room ? `The page holds ${MAX_PHOTOS} photos; clear it to add more.` : '');
  }

  // Tab leads to one photo and to what can be done with it, and on: not past 500 others.
  let reachable = null;
  function reach(item) {
    if (item === reachable) return;
    for (const [which, index] of [[reachable, -1], [item, 0]]) {
      for (const part of which ? [which, ...which.querySelectorAll('button, a')] : []) part.tabIndex = index;
    }
    reachable = item;
  }

  function remove(photo) {
    const next = photo.item.nextElementSibling ?? photo.item.previousElementSibling;
    if (photo.item.contains(document.activeElement)) (next ?? $('photos')).focus();
    if (photo.item === reachable) reach(next);
    inState[photo.item.dataset.state]--;
    photo.removed = true;
    photo.abort?.();
    if (queue.includes(photo)) queue.splice(queue.indexOf(photo), 1);
    if (photo.thumbnail) URL.revokeObjectURL(photo.thumbnail);
    photos.delete(photo);
    photo.item.remove();
    summarise();
  }

  function onKey(event, photo) {
    if (event.target !== photo.item) return;
    if (event.key === 'Delete' || event.key === 'Backspace') remove(photo);
    else if (/^Arrow(Right|Down)$/.test(event.key)) photo.item.nextElementSibling?.focus();
    else if (/^Arrow(Left|Up)$/.test(event.key)) photo.item.previousElementSibling?.focus();
    else return;
    event.preventDefault();
  }

  function show(photo, state, words) {
    if (photo.removed) return;
    photo.part('state').textContent = words;
    const before = photo.item.dataset.state;
    if (before === state) return;
    if (before) inState[before]--;
    inState[state]++;
    photo.item.dataset.state = state;
    if (photo.item.isConnected) summarise(); // else its batch is just being added
  }

  function summarise() {
    const { answered, failed } = inState;
    const waiting = photos.size - answered - failed;
    const words = `${answered} answered, ${waiting} waiting, ${failed} failed`;
    $('summary').textContent = words;
    speak(photos.size > 0 ? words : '', waiting === 0);
    $('done').style.width = `${(100 * (answered + failed)) / Math.max(1, photos.size)}%`;
    $('bar').hidden = photos.size === 0;
    $('bar').classList.toggle('busy', waiting > 0);
    document.body.classList.toggle('filled', photos.size > 0);
    document.title = waiting > 0 ? `(${answered + failed}/${photos.size}) Argus` : 'Argus';
  }

  // A summary that changed with each of 500 photos would drown everything else.
  let spoken = -SPEAK_MS;
  let toSpeak;
  function speak(words, finished) {
    clearTimeout(toSpeak);
    const pause = finished ? 0 : Math.max(0, spoken + SPEAK_MS - performance.now());
    toSpeak = setTimeout(() => {
      spoken = performance.now();
      $('spoken').textContent = words;
    }, pause);
  }

  function notify(words) {
    $('notice').textContent = words;
    $('notice').hidden = !words;
  }

  // ---- thumbnails -----------------------------------------------------------------------------

  // One at a time: a decoded photo of 12 megapixels takes 48 MB, a dozen at once half a gigabyte.
  let painting = Promise.resolve();
  function paintInTurn(photo) {
    painting = painting.then(() => paint(photo)).catch(() => photo.item.classList.add('unshown'));
  }

  async function paint(photo) {
    if (photo.removed) return;
    const image = new Image();
    image.alt = '';
    image.decoding = 'async'; // scrolling does not wait for it
    const original = URL.createObjectURL(photo.file);
    photo.thumbnail = original;
    try {
      await load(image, original); // reads the size; browsers decode only what is drawn
      const pixels = image.naturalWidth * image.naturalHeight;
      if (pixels > MAX_PIXELS) throw new Error('too large to draw');
      if (pixels > SMALL_PIXELS) {
        const small = URL.createObjectURL(await shrink(photo.file));
        if (!photo.removed) photo.thumbnail = small;
        URL.revokeObjectURL(photo.removed ? small : original);
        await load(image, small);
      }
    } catch (e) {
      URL.revokeObjectURL(original);
      throw e;
    }
    photo.part('picture').append(image);
  }

  function load(image, url) {
    return new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = () => reject(new Error('not a format that this browser shows'));
      image.src = url;
    });
  }

  async function shrink(file) {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, THUMBNAIL_PX / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#fff'; // transparency goes over white, as it does before the network
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.85));
    if (!blob) throw new Error('the thumbnail cannot be written');
    return blob;
  }

  // ---- the token ------------------------------------------------------------------------------

  const token = () => sessionStorage.getItem(TOKEN);
  const authorisation = (value) => (value ? { Authorization: `Bearer ${value}` } : {});
  let asking = null; // one question, however many photos wait for the answer

  /** Asks for a token, unless there is another one than that which was refused. */
  function askForToken(refused) {
    if (token() !== refused) return Promise.resolve();
    asking ??= new Promise((resolve) => {
      $('asked').textContent = refused
        ? 'Argus does not know this token. Enter another one.'
        : 'Argus takes photos from those who have a token.';
      $('access').hidden = false;
      $('token').focus();
      $('access').onsubmit = (event) => {
        event.preventDefault();
        sessionStorage.setItem(TOKEN, $('token').value.trim());
        $('token').value = '';
        $('access').hidden = true;
        asking = null;
        resolve();
      };
    });
    return asking;
  }

  // A link cannot carry the token: what it leads to is fetched, and shown as text.
  addEventListener('click', async (event) => {
    const link = event.target.closest?.('nav a:not(.page), a.json');
    if (!link || !token()) return;
    event.preventDefault();
    const reply = await fetch(link.href, { headers: authorisation(token()) });
    const text = new Blob([await reply.text()], { type: 'text/plain;charset=utf-8' });
    location.assign(URL.createObjectURL(text));
  });

  // ---- sending --------------------------------------------------------------------------------

  function enqueue(photo) {
    show(photo, 'waiting', 'Waiting');
    queue.push(photo);
    sendNext();
  }

  function sendNext() {
    while (active < AT_ONCE && queue.length > 0) {
      const photo = queue.shift();
      active++;
      recognise(photo)
        .catch((e) => fail(photo, `The page itself failed: ${e.message}`, true))
        .finally(() => {
          active--;
          sendNext();
        });
    }
  }

  /** Sends a photo until Argus takes it, then waits until the answer is there. */
  async function recognise(photo) {
    const begin = performance.now();
    let refusals = 0;
    let breaks = 0;
    while (!photo.removed && performance.now() - begin < PATIENCE_MS) {
      let reply;
      const shown = token();
      try {
        reply = await (photo.result ? look(photo) : upload(photo));
      } catch {
        if (photo.removed) return;
        if (++breaks > MAX_BREAKS) {
          const why = 'Argus cannot be reached, or it cut the upload off because the photo is too large.';
          fail(photo, why, true);
          return;
        }
        show(photo, photo.result ? 'recognising' : 'waiting', 'Connection lost, trying again');
        await pause(1000 * 2 ** breaks);
        continue;
      }
      if (reply.status === 401) {
        show(photo, 'waiting', 'Needs a token');
        await askForToken(shown);
        continue;
      }
      if (reply.status === 202 || reply.status === 504) photo.result = whereLater(reply) ?? photo.result;
      if (photo.result && (reply.status === 202 || reply.status === 504)) {
        show(photo, 'recognising', 'Recognising, this one takes long');
        await pause(retryAfter(reply));
      } else if (reply.status === 429 || reply.status === 503) {
        if (++refusals > MAX_REFUSALS) {
          fail(photo, reason(reply), true);
          return;
        }
        const wait = retryAfter(reply);
        const words = `Argus is busy, next try in ${Math.ceil(wait / 1000)} s`;
        show(photo, photo.result ? 'recognising' : 'waiting', words);
        await pause(wait);
      } else {
        settle(photo, reply, performance.now() - begin);
        return;
      }
    }
    fail(photo, 'There is still no answer. Argus keeps the photo and goes on.', true);
  }

  function upload(photo) {
    const form = new FormData();
    form.append('photo', photo.file, photo.file.name);
    show(photo, 'uploading', 'Uploading');
    return call(photo, 'POST', 'v1/images', {}, form);
  }

  function look(photo) {
    return call(photo, 'GET', photo.result, { Prefer: `wait=${POLL_SECONDS}` }, null);
  }

  /** XMLHttpRequest, since fetch does not tell how far an upload is. */
  function call(photo, method, url, headers, body) {
    return new Promise((resolve, reject) => {
      const xhr = new XMLHttpRequest();
      photo.abort = () => xhr.abort();
      xhr.open(method, url);
      xhr.setRequestHeader('Accept', 'application/json, application/problem+json');
      for (const [name, value] of Object.entries({ ...headers, ...authorisation(token()) })) xhr.setRequestHeader(name, value);
      if (body) {
        xhr.upload.onprogress = (e) => {
          const share = e.lengthComputable ? percent(Math.floor((100 * e.loaded) / e.total) / 100) : '';
          photo.part('progress').style.width = share || '0';
          show(photo, 'uploading', `Uploading ${share}`);
        };
        xhr.upload.onload = () => show(photo, 'recognising', 'Recognising');
      }
      xhr.onload = () => resolve(xhr);
      xhr.onerror = xhr.onabort = () => reject(new Error('no reply'));
      xhr.send(body);
    });
  }

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  /** Milliseconds to wait: Retry-After holds seconds or a date (RFC 9110, section 10.2.3). */
  function retryAfter(reply) {
    const value = reply.getResponseHeader('Retry-After') ?? '2';
    const ms = /^\d+$/.test(value) ? value * 1000 : Date.parse(value) - Date.now();
    return Math.min(Math.max(Number.isNaN(ms) ? 2000 : ms, 250), LONGEST_PAUSE_MS);
  }

  /** Where the answer will be: always on this host, whatever name a proxy gave it. */
  function whereLater(reply) {
    const link = /<([^>]*)>/.exec(reply.getResponseHeader('Link') ?? '')?.[1];
    const place = reply.getResponseHeader('Location') ?? link;
    if (!place) return null;
    const url = new URL(place, document.baseURI);
    return url.pathname + url.search;
  }

  // ---- answers --------------------------------------------------------------------------------

  function read(reply) {
    try {
      return JSON.parse(reply.responseText) ?? {};
    } catch {
      return {};
    }
  }

  function reason(reply) {
    const body = read(reply);
    const problem = body.problem ?? body;
    const words = [problem.title, problem.detail].filter((s) => typeof s === 'string' && s);
    return words.join(': ') || `Argus answered with status ${reply.status} and gave no reason.`;
  }

  function settle(photo, reply, ms) {
    const answer = read(reply);
    photo.result = null;
    if (reply.status !== 200 || answer.status !== 'recognised') {
      fail(photo, reason(reply), reply.status >= 500 || reply.status === 408);
      return;
    }
    photo.part('label').textContent = answer.label;
    photo.part('sure').textContent = percent(answer.probability);
    photo.part('progress').style.width = `${100 * answer.probability}%`;
    photo.part('guesses').replaceChildren(...(answer.predictions ?? []).slice(1).map(guess));
    photo.part('json').setAttribute('aria-label', `Result of ${photo.file.name} as JSON`);
    photo.part('json').href = `v1/images/${encodeURIComponent(answer.id)}`;
    show(photo, 'answered', `Answered in ${(ms / 1000).toFixed(1)} s`);
  }

  function guess({ label, probability }) {
    const row = document.createElement('li');
    for (const [name, words] of [['guess', label], ['track', ''], ['odds', percent(probability)]]) {
      const span = document.createElement('span');
      span.className = name;
      span.textContent = words;
      row.append(span);
    }
    const fill = document.createElement('span');
    fill.style.width = `${100 * probability}%`;
    row.children[1].append(fill);
    return row;
  }

  function fail(photo, why, worthAnotherTry) {
    if (photo.removed) return;
    photo.part('reason').textContent = why;
    photo.part('again').hidden = !worthAnotherTry;
    show(photo, 'failed', 'Failed');
  }

  // ---- choosing, dropping, pasting ------------------------------------------------------------

  const input = $('photos');
  input.multiple = true; // without this script the form takes one photo
  for (const chooser of [input, $('camera')]) {
    chooser.addEventListener('change', () => {
      add(chooser.files);
      chooser.value = ''; // so that the same file can be chosen again
    });
  }
  $('camera').parentElement.hidden = false;
  $('list').addEventListener('focusin', (event) => reach(event.target.closest('#list > li')));
  $('drop').addEventListener('submit', (event) => event.preventDefault());
  $('clear').addEventListener('click', () => [...photos].forEach(remove));
  $('address').textContent = new URL('.', location.href).href;

  const carriesFiles = (event) => event.dataTransfer?.types.includes('Files');
  const mark = (on) => document.body.classList.toggle('dragging', on);
  for (const type of ['dragenter', 'dragover']) {
    addEventListener(type, (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      mark(true);
    });
  }
  addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) mark(false);
  });
  addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    mark(false);
    const folder = [...event.dataTransfer.items].some((i) => i.webkitGetAsEntry?.()?.isDirectory);
    if (folder) notify('Argus takes photos, not folders: open the folder and drop what is in it.');
    else add(event.dataTransfer.files);
  });
  addEventListener('paste', (event) => {
    if (event.clipboardData?.files.length) add(event.clipboardData.files);
  });
})();
