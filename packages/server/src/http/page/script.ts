/**
 * What the page does. A text, as it is sent: its hash stands in the policy of the page.
 *
 * The token of a link stands behind the `#` of the address, which no browser sends; it leaves the address before
 * anything else is done. The key of the page is kept for this origin, port included, which the cookie is not. A link
 * that is opened where the page is open already loads nothing anew, and what another tab does is seen by what is kept.
 */
export const script = `
'use strict';
const byId = (id) => document.getElementById(id);
const kept = 'perdure-session';
const link = '\`perdure open\` makes a link, in a terminal of this machine.';
const nothingKept = 'This browser keeps nothing for this page: allow cookies and data of its address, then open the link again.';

function storage(use) {
  try {
    return use(localStorage);
  } catch {
    throw new Error(nothingKept);
  }
}
const session = () => storage((store) => JSON.parse(store.getItem(kept) ?? 'null'));
const keep = (value) => storage((store) => store.setItem(kept, JSON.stringify(value)));
const forget = () => storage((store) => store.removeItem(kept));

function tell(text, isInside) {
  byId('said').textContent = text;
  byId('said').hidden = text === '';
  byId('inside').hidden = !isInside;
}

async function ask(method, path, body) {
  const headers = { accept: 'application/json' };
  const shown = session();
  if (shown) headers['x-perdure-page'] = shown.pageKey;
  if (body) headers['content-type'] = 'application/json';
  let response, answer;
  try {
    response = await fetch(path, { method, headers, body: body && JSON.stringify(body), redirect: 'error' });
    answer = await response.json();
  } catch {
    throw new Error('The server does not answer: \`perdure status\` says why; then load this page again.');
  }
  if (response.ok) return answer;
  if (response.status === 401 && !body) {
    forget();
    throw new Error('You are not signed in any more: ' + link);
  }
  throw new Error(answer.error);
}

async function signIn(token) {
  const before = session();
  // Before the link is used up: what cannot be kept would be of no use.
  if (!navigator.cookieEnabled) throw new Error(nothingKept);
  keep(before);
  const { data } = await ask('POST', '/api/v1/sessions/open', { token });
  keep({ id: data.session.id, pageKey: data.pageKey });
  // Its cookie is overwritten, so nobody could end it here later; of somebody else it stays.
  if (before) await end(before).catch(() => undefined);
}

const end = ({ id }) => ask('POST', '/api/v1/sessions/' + encodeURIComponent(id) + '/revoke');

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

async function fill() {
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
}

async function show() {
  const token = location.hash.slice(1);
  if (token !== '') history.replaceState(null, '', '/');
  let problem = '';
  try {
    if (token !== '') await signIn(token).catch((error) => { problem = error.message; });
    if (session() === null) return tell(problem || 'You are not signed in: ' + link, false);
    await fill();
    tell(problem, true);
  } catch (error) {
    tell(problem || error.message, false);
  }
}

let last = Promise.resolve();
const showAgain = () => { last = last.then(show); };

byId('out').addEventListener('click', async () => {
  try {
    const shown = session();
    if (shown) await end(shown);
    forget();
  } catch (error) {
    if (session() !== null) return tell(error.message, true);
  }
  tell('You are signed out.', false);
  byId('said').focus();
});
addEventListener('hashchange', showAgain);
addEventListener('storage', showAgain);
// As it was left, by the way back.
addEventListener('pageshow', ({ persisted }) => persisted && showAgain());
showAgain();
`;
