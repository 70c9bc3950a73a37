/**
 * What the page does. A text, as it is sent: its hash stands in the policy of the page.
 *
 * The token of a link stands behind the `#` of the address, which no browser sends; it leaves the address before
 * anything else is done. The key of the page is kept for this origin, port included, which the cookie is not.
 */
export const script = `
'use strict';
const byId = (id) => document.getElementById(id);
const kept = 'perdure-session';
const say = (text) => { byId('said').textContent = text; byId('said').hidden = text === ''; };

async function ask(method, path, body) {
  const session = JSON.parse(localStorage.getItem(kept) ?? 'null');
  const headers = { accept: 'application/json' };
  if (session) headers['x-perdure-page'] = session.pageKey;
  if (body) headers['content-type'] = 'application/json';
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body), redirect: 'error' });
  const answer = await response.json();
  if (response.status === 401) localStorage.removeItem(kept);
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

async function signIn() {
  const token = location.hash.slice(1);
  history.replaceState(null, '', '/');
  if (token === '') return;
  localStorage.removeItem(kept);
  const { data } = await ask('POST', '/api/v1/sessions/open', { token });
  localStorage.setItem(kept, JSON.stringify({ id: data.session.id, pageKey: data.pageKey }));
}

async function channels() {
  const all = [];
  let cursor = '';
  do {
    const page = await ask('GET', '/api/v1/channels?limit=1000' + cursor);
    all.push(...page.data);
    cursor = page.next === undefined ? undefined : '&cursor=' + encodeURIComponent(page.next);
  } while (cursor !== undefined);
  return all;
}

async function show() {
  const { data: self } = await ask('GET', '/api/v1/auth/me');
  byId('who').textContent = self.displayName + ' (' + self.handle + ')';
  byId('channels').replaceChildren(...(await channels()).map((channel) => {
    const row = document.createElement('tr');
    const unread = channel.lastSeq - (channel.readSeq ?? channel.lastSeq);
    for (const text of [channel.name, channel.kind, channel.lastSeq, unread]) {
      row.insertCell().textContent = String(text);
    }
    return row;
  }));
  say('');
  byId('inside').hidden = false;
}

byId('out').addEventListener('click', async () => {
  try {
    const { id } = JSON.parse(localStorage.getItem(kept));
    await ask('POST', '/api/v1/sessions/' + encodeURIComponent(id) + '/revoke');
    localStorage.removeItem(kept);
    byId('inside').hidden = true;
    say('You are signed out.');
  } catch (error) {
    say(error.message);
  }
});

signIn().then(async () => {
  if (localStorage.getItem(kept) === null) say('You are not signed in: perdure open makes a link, in a terminal of this machine.');
  else await show();
}).catch((error) => say(error.message));
`;
