// Asks for the table of keys once a second, while the page is looked at. Without it the page stays as it was served.
'use strict';

const PAUSE = 1000;
const place = document.getElementById('keys');
const live = document.getElementById('live');

function numbers() {
  const found = new Map();
  for (const row of place.querySelectorAll('tr[data-key]')) {
    found.set(row.dataset.key, row.querySelector('.values')?.textContent);
  }
  return found;
}

function show(html) {
  const before = numbers();
  const table = new DOMParser().parseFromString(html, 'text/html').querySelector('table');
  if (!table) throw new Error('no table');
  place.replaceChildren(table);
  for (const row of place.querySelectorAll('tr[data-key]')) {
    const values = row.querySelector('.values');
    if (values && before.get(row.dataset.key) !== values.textContent) row.classList.add('moved');
  }
}

function say(text, fine) {
  live.classList.toggle('away', !fine);
  if (live.textContent !== text) live.textContent = text;
}

async function round() {
  if (!document.hidden) {
    try {
      const answer = await fetch('/keys/table');
      if (!answer.ok) throw new Error(String(answer.status));
      show(await answer.text());
      say('Live', true);
    } catch (e) {
      say('No answer; trying again', false);
    }
  }
  setTimeout(round, PAUSE);
}

say('Live', true);
live.hidden = false;
round();
