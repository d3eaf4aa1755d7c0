// The operations page: reads the live feed of one web node and shows it.
//
// EventSource cannot send a token, so the feed is read by fetch. Everything that comes from outside
// (reasons, names) reaches the page as text, never as markup. A part of the page is touched only when
// what it shows has changed, so that readers and selections stay where they are.
'use strict';
(() => {
  const FEED = 'v1/ops/events';
  const TOKEN = 'argus-token'; // in sessionStorage, shared with the page of photos
  const SILENCE_MS = 10_000; // snapshots come each second: after this the connection is dead
  const LONGEST_PAUSE_MS = 10_000; // between two tries to connect
  const SPAN_SECONDS = 15 * 60; // what charts show
  const LEAST_SPAN_SECONDS = 2 * 60;
  const PLOT_HEIGHT = 180;
  const FIRST_PHOTO_SHOWN_MS = 30_000; // a node that found nothing to do must not make the others' bars tiny
  const LAUNCHES_SHOWN = 5; // of one decision

  const $ = (id) => document.getElementById(id);

  // ---- words ----------------------------------------------------------------------------------

  const whole = new Intl.NumberFormat('en');
  const nouns = (n, noun) => `${whole.format(n)} ${noun}${n === 1 ? '' : 's'}`;
  const are = (n) => (n === 1 ? 'is' : 'are');
  const clock = (at) => new Date(at).toLocaleTimeString('en-GB');
  const dollars = (usd) =>
    new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumSignificantDigits: 3 }).format(usd);

  function lasting(ms) {
    if (ms < 1000) return `${Math.round(ms)} ms`;
    if (ms < 120_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
    return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
  }

  const VERDICTS = {
    'no-work': 'Nothing to do',
    enough: 'Enough nodes',
    launch: 'Launches',
    'at-maximum': 'At the maximum',
    'held-back': 'Held back',
    blind: 'Cannot see',
    following: 'Does not lead',
  };
  const TROUBLE = ['held-back', 'blind'];
  const PLACES = {
    refused: 'Refused at the door',
    failed: 'Photos that failed',
    status: 'Answers with an error status',
  };
  const UNDER_WAY = { machine: 'requested for', model: 'booting for' };
  const LIMITS = {
    'client-rate': 'one client sent too fast',
    deadline: 'could not be answered in time',
    pending: 'too many not answered yet',
    'in-flight': 'too many in flight',
    bodies: 'too many arriving',
    buffered: 'too many bytes in memory',
    polls: 'too many waiting for results',
    streams: 'too many told one by one',
    connections: 'too many connections',
  };

  function make(tag, name, words, ...children) {
    const node = document.createElement(tag);
    if (name) node.className = name;
    if (words !== undefined) node.textContent = words;
    node.append(...children);
    return node;
  }

  const shown = new Map();
  function changed(part, value) {
    const text = JSON.stringify(value);
    if (shown.get(part) === text) return false;
    shown.set(part, text);
    return true;
  }
  function write(id, words) {
    if ($(id).textContent !== words) $(id).textContent = words;
  }

  // ---- the state in a sentence ----------------------------------------------------------------

  function sentence(s) {
    const { now } = s;
    if (!s.leads) return `This web node does not lead; ${nouns(now.waiting, 'photo')} ${now.waiting === 1 ? 'waits' : 'wait'} here`;
    const photos = Math.max(now.waiting, (s.queue?.visible ?? 0) + (s.queue?.inFlight ?? 0));
    const { ready = 0, launching = 0, booting = 0, draining = 0 } = s.nodes ?? {};
    const starting = launching + booting;
    if (ready === 0 && photos > 0) {
      const help = starting > 0 ? `${nouns(starting, 'node')} ${are(starting)} starting` : 'no node works yet';
      return `${nouns(photos, 'photo')} ${photos === 1 ? 'waits' : 'wait'}; ${help}`;
    }
    if (ready === 0 && starting === 0) {
      return draining > 0 ? `No photo waits; ${nouns(draining, 'node')} ${are(draining)} leaving` : 'No photo waits, and no app node runs';
    }
    const more = starting > 0 ? `; ${starting}${ready > 0 ? ' more' : ''} ${are(starting)} starting` : '';
    if (photos > 0) return `${nouns(ready, 'node')} ${ready === 1 ? 'works' : 'work'} on ${nouns(photos, 'photo')}${more}`;
    return `${nouns(ready, 'node')} ${are(ready)} ready, and no photo waits${more}`;
  }

  function describe(s) {
    write('state', sentence(s));
    document.title = `${sentence(s)} – Argus`;
    const latest = s.decisions?.[0];
    if (!latest) {
      write('latest', 'There is no scaling decision yet.');
    } else {
      const ago = lasting(Math.max(0, Date.parse(s.at) - Date.parse(latest.lastAt)));
      write('latest', `The last decision, ${ago} ago: ${latest.reason}.`);
    }
  }

  function tiles(s) {
    const { now } = s;
    write('waiting', whole.format(now.waiting));
    write('in-flight', whole.format(now.inFlight));
    write('arriving', `${whole.format(now.arriving)} arriving${now.held === undefined ? '' : `, ${whole.format(now.held)} on nodes`}`);
    write('per-second', `${now.perSecond < 10 ? now.perSecond.toFixed(1) : Math.round(now.perSecond)}/s`);
    write('answered', `${whole.format(s.answered)} in all`);
    const known = now.p50Ms !== undefined;
    write('p50', known ? lasting(now.p50Ms) : '–');
    write('p99', known ? `95%: ${lasting(now.p95Ms)}, 99%: ${lasting(now.p99Ms)}` : `no answer in ${s.windowSeconds} s`);
    write('per-1000', s.costs?.usdPer1000Photos === undefined ? '–' : dollars(s.costs.usdPer1000Photos));
    write('usd', s.costs?.usd === undefined ? 'not known yet' : `${dollars(s.costs.usd)} so far`);
    write('dead', s.leads ? whole.format(s.deadLetters) : '–');
    $('dead-tile').classList.toggle('bad', s.deadLetters > 0);
    if (changed('dead-how', [s.leads, s.deadLetters > 0])) {
      if (s.leads) $('dead-how').replaceChildren('see ', make('code', '', 'argus dead list'));
      else $('dead-how').textContent = 'the web node that leads knows';
    }
  }

  function money(s) {
    const { costs } = s;
    if (!changed('costs', costs)) return;
    if (costs?.usd === undefined) {
      write('costs', 'Not known yet.');
      write('costs-note', '');
      return;
    }
    const each = costs.usdPer1000Photos === undefined ? '' : `, which is ${dollars(costs.usdPer1000Photos)} per 1,000`;
    const since = new Date(costs.since).toLocaleDateString('en-GB', { dateStyle: 'medium' });
    write('costs', `${dollars(costs.usd)} so far, since ${since}, for ${nouns(costs.photos, 'photo')}${each}.`);
    const unpriced = costs.unpriced?.length ? ` Without a price: ${costs.unpriced.join(', ')}.` : '';
    const incomplete = costs.incomplete ? ` Not complete: ${costs.incomplete}.` : '';
    const { date, region } = costs.prices ?? {};
    write('costs-note', `An estimate by the prices of ${date} in ${region} (argus.prices), as of ${clock(costs.until)}.${unpriced}${incomplete}`);
  }

  // ---- app nodes ------------------------------------------------------------------------------

  const time = (text) => (text === undefined ? undefined : Date.parse(text));

  /** The stages of a launch: name, words, begin, end; the end of the one under way is now. */
  function stages(node, now) {
    const points = [
      ['machine', 'machine', time(node.runningAt)],
      ['model', 'model loaded', time(node.readyAt)],
      ['first', 'first photo', time(node.firstPhotoAt)],
    ];
    const over = time(node.leavingAt) ?? time(node.goneAt);
    const found = [];
    let begin = time(node.requestedAt);
    for (const [name, words, at] of points) {
      if (at === undefined) continue;
      found.push({ name, words, ms: Math.max(0, at - begin) });
      begin = Math.max(begin, at);
    }
    const next = points.find(([, , at], i) => at === undefined && points.slice(i).every((p) => p[2] === undefined));
    if (next && over === undefined && next[0] in UNDER_WAY && ['launching', 'booting'].includes(node.state)) {
      found.push({ name: next[0], words: next[1], ms: Math.max(0, now - begin), going: true });
    }
    return found;
  }

  const drawn = (stage) => (stage.name === 'first' ? Math.min(stage.ms, FIRST_PHOTO_SHOWN_MS) : stage.ms);

  function launch(node, found, longest) {
    const cell = make('td');
    cell.setAttribute('role', 'cell');
    if (found.length === 0) {
      cell.append(make('div', 'times', 'It was there before this web node looked.'));
      return cell;
    }
    const bar = make('div', 'launch');
    bar.setAttribute('aria-hidden', 'true');
    for (const stage of found) {
      const part = make('span', `stage ${stage.name}${stage.going ? ' going' : ''}`);
      part.style.width = `${(100 * drawn(stage)) / longest}%`;
      bar.append(part);
    }
    const words = found.map((stage) => `${stage.going ? UNDER_WAY[stage.name] : `${stage.words} after`} ${lasting(stage.ms)}`);
    const boot = Object.entries(node.bootMs ?? {}).map(([stage, ms]) => `${stage} ${lasting(ms)}`);
    const all = words.join(', ') + (boot.length ? ` (boot: ${boot.join(', ')})` : '');
    cell.append(bar, make('div', 'times', all));
    return cell;
  }

  function nodes(s) {
    const title = s.leads ? '' : 'The web node that leads sees the fleet; this one does not lead.';
    const list = s.list ?? [];
    const counts = Object.entries(s.nodes ?? {}).map(([state, n]) => `${n} ${state}`);
    const most = s.queue ? `, of at most ${s.queue.maxWorkers}` : '';
    const unlisted = s.unlisted > 0 ? `; ${s.unlisted} older ones are not listed` : '';
    write('nodes-words', title || `${counts.join(', ')}${most}${unlisted}.`);
    document.querySelector('table.nodes').hidden = list.length === 0;
    $('stages-key').hidden = list.length === 0;
    const now = Date.parse(s.at);
    const rows = list.map((node) => [node, stages(node, now)]);
    if (!changed('nodes', rows)) return;
    const length = (found) => found.reduce((sum, stage) => sum + drawn(stage), 0);
    const longest = Math.max(1, ...rows.map(([, found]) => length(found)));
    $('node-rows').replaceChildren(
      ...rows.map(([node, found]) => {
        const row = make('tr');
        row.setAttribute('role', 'row');
        row.dataset.state = node.state;
        const requested = make('time', '', clock(node.requestedAt));
        requested.dateTime = node.requestedAt;
        const cells = [
          make('td', '', `Node ${node.number}`, make('span', 'id', node.id)),
          make('td', '', undefined, make('span', `badge ${node.state}`, node.state)),
          make('td', '', [node.type, node.purchase].filter(Boolean).join(', ')),
          make('td', '', undefined, requested),
        ];
        cells.forEach((cell) => cell.setAttribute('role', 'cell'));
        row.append(...cells, launch(node, found, longest));
        return row;
      }),
    );
  }

  // ---- decisions and errors -------------------------------------------------------------------

  function decisions(s) {
    const list = s.decisions ?? [];
    if (!changed('decisions', list)) return;
    $('decisions').replaceChildren(...list.map(decision));
    const newest = list.find((d) => d.launch > 0);
    if (newest && changed('launched', newest.at)) say(`Scaling decision: ${newest.reason}`);
  }

  function decision(d) {
    const did = d.launch > 0;
    const item = make('li', did ? 'did' : TROUBLE.includes(d.verdict) ? 'trouble' : '');
    const when = make('p', 'when');
    const at = make('time', '', clock(d.at));
    at.dateTime = d.at;
    const again = d.count > 1 ? `${whole.format(d.count)} times, until ${clock(d.lastAt)}` : '';
    const verdict = did ? `Launched ${d.launch}` : (VERDICTS[d.verdict] ?? d.verdict);
    when.append(at, make('span', did ? 'badge did' : 'badge', verdict), again);
    item.append(when, make('p', '', d.reason));
    if (d.launches?.length) {
      const became = d.launches.slice(0, LAUNCHES_SHOWN).map((words) => make('li', '', words));
      const rest = d.launches.length - LAUNCHES_SHOWN;
      if (rest > 0) became.push(make('li', '', `and ${rest} more`));
      item.append(make('ul', '', undefined, ...became));
    }
    return item;
  }

  function errors(s) {
    if (!changed('errors', s.errors)) return;
    $('errors-table').hidden = s.errors.length === 0;
    const recent = s.errors.reduce((sum, e) => sum + e.recent, 0);
    write('errors-words', s.errors.length === 0 ? 'None since this web node started.' : `${whole.format(recent)} in the last 15 minutes, on this web node.`);
    const rows = [];
    for (const [place, title] of Object.entries(PLACES)) {
      const those = s.errors.filter((e) => e.place === place);
      if (those.length === 0) continue;
      const head = make('th', '', title);
      head.scope = 'rowgroup';
      head.colSpan = 3;
      rows.push(make('tr', 'group', undefined, head));
      for (const e of those) {
        const words = (place === 'refused' && LIMITS[e.name]) || e.name.replaceAll('-', ' ');
        rows.push(make('tr', '', undefined, make('td', '', words), make('td', '', whole.format(e.recent)), make('td', '', whole.format(e.total))));
      }
    }
    $('error-rows').replaceChildren(...rows);
  }

  // ---- charts ---------------------------------------------------------------------------------

  const count = (v) => (v === null || v === undefined ? '–' : whole.format(v));
  const perSecond = (v) => (v === null || v === undefined ? '–' : `${v.toFixed(v < 10 ? 1 : 0)}/s`);
  const duration = (v) => (v === null || v === undefined ? '–' : lasting(v));
  const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

  const CHARTS = [
    {
      title: 'Photos',
      series: [['inFlight', 'In flight', '--c2'], ['waiting', 'Waiting', '--c1'], ['held', 'On app nodes', '--c3']],
      words: count,
      least: 4,
      whole: true,
    },
    {
      title: 'App nodes by state',
      series: [['draining', 'Draining', '--c4'], ['launching', 'Launching', '--c3'], ['booting', 'Booting', '--c2'], ['ready', 'Ready', '--c1']],
      words: count,
      least: 4,
      whole: true,
      stacked: true,
    },
    { title: 'Throughput', series: [['perSecond', 'Photos answered', '--c1']], words: perSecond, least: 1, filled: true },
    {
      title: 'Latency, over a minute',
      series: [['p99Ms', '99%', '--c3'], ['p95Ms', '95%', '--c2'], ['p50Ms', 'Median', '--c1']],
      words: duration,
      least: 100,
    },
  ];
  const KEYS = CHARTS.flatMap((chart) => chart.series.map(([key]) => key));

  let step = 5;
  let points = { at: [] }; // by columns; those of the history, and one each step
  let tail = null; // the latest snapshot, not a point yet

  function begin(history) {
    step = history.stepSeconds;
    points = { at: history.at };
    for (const key of KEYS) points[key] = history[key] ?? history.at.map(() => null);
    tail = null;
  }

  /** @returns whether a point was added */
  function extend(s) {
    tail = { at: Date.parse(s.at) / 1000, ...s.now };
    const last = points.at.at(-1);
    if (last !== undefined && tail.at < last + step) return false;
    points.at.push(tail.at);
    for (const key of KEYS) points[key].push(tail[key] ?? null);
    while (points.at[0] < tail.at - SPAN_SECONDS - step) {
      points.at.shift();
      for (const key of KEYS) points[key].shift();
    }
    tail = null;
    return true;
  }

  const latestOf = (key) => (tail ? (tail[key] ?? null) : (points[key]?.at(-1) ?? null));
  const column = (key) => (tail ? [...points[key], tail[key] ?? null] : points[key]);
  const times = () => (tail ? [...points.at, tail.at] : points.at);

  function data(chart) {
    const columns = chart.series.map(([key]) => column(key));
    if (!chart.stacked) return [times(), ...columns];
    // The first is drawn first and as high as all together; each next one covers it up to its own.
    const sums = columns.map((_, i) =>
      columns[i].map((v, at) => (v === null ? null : columns.slice(i).reduce((sum, c) => sum + (c[at] ?? 0), 0))),
    );
    return [times(), ...sums];
  }

  /** A quarter of an hour, or less while there is less to show. */
  function span() {
    const end = times().at(-1) ?? Date.now() / 1000;
    const begin = Math.min(times()[0] ?? end, end - LEAST_SPAN_SECONDS);
    return [Math.max(begin, end - SPAN_SECONDS), end];
  }

  function options(chart, width) {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = { stroke: colour('--soft'), font: '12px ui-sans-serif, sans-serif', ticks: { show: false } };
    const grid = { stroke: colour('--grid'), width: 1 };
    const stepped = uPlot.paths.stepped({ align: 1 });
    return {
      width,
      height: PLOT_HEIGHT,
      padding: [8, 22, 0, 0],
      cursor: { sync: { key: 'ops' }, drag: { x: false, y: false }, ...(chart.stacked ? { points: { show: false } } : {}) },
      legend: { markers: { width: 0, fill: (u, i) => (i > 0 ? colour(chart.series[i - 1][2]) : 'transparent') } },
      scales: {
        x: { time: true, range: span },
        y: { range: (u, min, max) => [0, Math.max(chart.least, (max ?? 0) * 1.1)] },
      },
      axes: [
        { ...axis, grid: { show: false }, space: 70, size: 30, values: (u, ticks, i, space, step) => ticks.map((t) => clock(t * 1000).slice(0, step < 60 ? 8 : 5)) },
        { ...axis, grid, size: 52, values: (u, ticks) => ticks.map(chart.words), ...(chart.whole ? { incrs: WHOLE_STEPS } : {}) },
      ],
      series: [
        { label: 'At', value: (u, v) => (v === null ? 'now' : clock(v * 1000)) },
        ...chart.series.map(([key, label, name]) => ({
          label,
          stroke: colour(name),
          width: chart.stacked ? 0 : 2,
          fill: chart.stacked ? colour(name) : chart.filled ? `${colour(name)}2e` : undefined,
          paths: chart.stacked ? stepped : undefined,
          points: { show: false },
          value: (u, v, i, at) => chart.words(at === null || at === undefined ? latestOf(key) : (column(key)[at] ?? null)),
        })),
      ],
    };
  }

  function addCharts() {
    for (const [i, chart] of CHARTS.entries()) {
      const figure = $('chart').content.firstElementChild.cloneNode(true);
      const title = figure.querySelector('h2');
      title.textContent = chart.title;
      title.id = `chart-${i}`;
      chart.plot = figure.querySelector('.plot');
      chart.details = figure.querySelector('details');
      chart.details.addEventListener('toggle', () => tabulate(chart));
      figure.querySelector('.scroll').setAttribute('aria-label', `${chart.title}, minute by minute`);
      $('charts').append(figure);
      new ResizeObserver(() => {
        const width = chart.plot.clientWidth;
        if (width > 0 && chart.drawn && chart.drawn.width !== width) chart.drawn.setSize({ width, height: PLOT_HEIGHT });
      }).observe(chart.plot);
    }
  }

  function draw(chart) {
    if (!chart.drawn) {
      const width = chart.plot.clientWidth;
      if (width > 0) chart.drawn = new uPlot(options(chart, width), data(chart), chart.plot);
    } else {
      chart.drawn.setData(data(chart));
    }
  }

  function summarise(chart) {
    const words = chart.series.map(([key, label]) => {
      const known = points[key].filter((v) => v !== null);
      const highest = known.length ? `, at most ${chart.words(Math.max(...known))}` : '';
      return `${label} ${chart.words(latestOf(key))} now${highest}`;
    });
    chart.plot.setAttribute('aria-label', `${chart.title} in the last 15 minutes: ${words.join('; ')}.`);
    tabulate(chart);
  }

  /** A row a minute, the newest first. */
  function tabulate(chart) {
    if (!chart.details.open) return;
    const rows = [];
    for (let i = points.at.length - 1; i >= 0; i -= Math.round(60 / step)) {
      const cells = chart.series.map(([key]) => make('td', '', chart.words(points[key][i])));
      const head = make('th', '', clock(points.at[i] * 1000));
      head.scope = 'row';
      rows.push(make('tr', '', undefined, head, ...cells));
    }
    const heads = ['At', ...chart.series.map(([, label]) => label)].map((label) => {
      const head = make('th', '', label);
      head.scope = 'col';
      return head;
    });
    const top = make('thead', '', undefined, make('tr', '', undefined, ...heads));
    chart.details.querySelector('table').replaceChildren(top, make('tbody', '', undefined, ...rows));
  }

  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    for (const chart of CHARTS) {
      chart.drawn?.destroy();
      chart.drawn = null;
      if (points.at.length > 0) draw(chart);
    }
  });

  // ---- the feed -------------------------------------------------------------------------------

  let heardAt = 0; // when the latest numbers came
  let numbers = false; // whether there are any
  let link = 'connecting';
  let attempt = null; // aborts the connection

  /** For those who hear the page: seldom, and only what matters. */
  function say(words) {
    $('said').textContent = words;
  }

  function notify(words) {
    write('notice', words);
    $('notice').hidden = !words;
  }

  function connection(state) {
    const before = link;
    link = state;
    $('link').dataset.link = state;
    $('numbers').classList.toggle('stale', state === 'cut' || state === 'paused');
    if (state === 'cut' && before === 'live') say('The connection to Argus is cut off; the numbers grow old.');
    if (state === 'live' && before === 'cut') say('The connection to Argus is back.');
    age();
  }

  function age() {
    const old = numbers ? `the numbers are ${lasting(performance.now() - heardAt)} old` : 'there are no numbers yet';
    const words = {
      connecting: 'Connecting',
      asking: 'A token is needed',
      live: 'Live, each second',
      paused: `Paused while this page is hidden; ${old}`,
      cut: `Cut off: ${old}. Trying again`,
    };
    write('linked', words[link]);
  }

  function onEvent(name, json) {
    heardAt = performance.now();
    if (name === 'history') {
      begin(json);
      return;
    }
    if (name !== 'snapshot') return;
    const first = !numbers;
    numbers = true;
    $('numbers').hidden = false;
    notify('');
    connection('live');
    const added = extend(json);
    describe(json);
    tiles(json);
    money(json);
    nodes(json);
    decisions(json);
    errors(json);
    for (const chart of CHARTS) {
      draw(chart);
      if (added || first) summarise(chart);
    }
  }

  async function read(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      text += value;
      const events = text.split('\n\n');
      text = events.pop();
      for (const event of events) {
        const field = (name) =>
          event.split('\n').filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2)).join('\n');
        if (field('data')) onEvent(field('event'), JSON.parse(field('data')));
      }
    }
  }

  const token = () => sessionStorage.getItem(TOKEN);
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const visible = () =>
    document.hidden ? new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true })) : null;

  async function reason(reply) {
    try {
      const problem = await reply.json();
      return [problem.title, problem.detail].filter(Boolean).join(': ');
    } catch {
      return `Argus answered with status ${reply.status}.`;
    }
  }

  function askForToken(why) {
    connection('asking');
    $('asked').textContent = why;
    $('access').hidden = false;
    $('token').focus();
    return new Promise((resolve) => {
      $('access').onsubmit = (event) => {
        event.preventDefault();
        sessionStorage.setItem(TOKEN, $('token').value.trim());
        $('token').value = '';
        $('access').hidden = true;
        resolve();
      };
    });
  }

  async function connect() {
    const sent = token();
    attempt = new AbortController();
    const reply = await fetch(FEED, {
      headers: sent ? { Authorization: `Bearer ${sent}` } : {},
      signal: attempt.signal,
      cache: 'no-store',
    });
    if (reply.status === 401) {
      await askForToken(sent ? 'Argus does not know this token. Enter the operator’s.' : 'This page is for operators. Enter the operator’s token.');
    } else if (reply.status === 403) {
      await askForToken(await reason(reply));
    } else if (!reply.ok) {
      notify(await reason(reply));
      throw new Error(`status ${reply.status}`);
    } else {
      await read(reply.body);
      throw new Error('the feed has ended');
    }
  }

  async function follow() {
    let failures = 0;
    for (;;) {
      if (document.hidden) {
        connection('paused');
        await visible();
        continue;
      }
      const before = heardAt;
      openedAt = performance.now();
      try {
        await connect();
      } catch (e) {
        if (document.hidden) continue;
        console.warn('The feed is cut off:', e);
        failures = heardAt > before ? 0 : failures + 1;
        connection('cut');
        await pause(Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** Math.min(failures, 4)));
      } finally {
        openedAt = Infinity;
      }
    }
  }

  let openedAt = Infinity;
  setInterval(() => {
    if (link !== 'live') age();
    const quiet = performance.now() - Math.max(heardAt, openedAt);
    if (link !== 'asking' && quiet > SILENCE_MS) attempt?.abort(); // a dead connection may never end by itself
  }, 1000);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden && link !== 'asking') attempt?.abort();
  });

  addCharts();
  follow();
})();
