/**
 * The one page that this server has: it takes the link that one signs in with, and shows who one is and where one is.
 * It loads nothing from anywhere, and what others have written is put into it as text.
 */

import { createHash } from 'node:crypto';
import { script } from './script.ts';

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 42rem; margin: clamp(1rem, 6vh, 3rem) auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #8884; overflow-wrap: anywhere }
td { vertical-align: top }
code { font-size: .95em }
button { font: inherit }
[hidden] { display: none }
@media (max-width: 30rem) { th, td { font-size: .85em; padding-right: .4rem } }
`;

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Perdure</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Perdure</h1>
<noscript><p>This page needs JavaScript, of this server alone.</p></noscript>
<p id="said" role="status" tabindex="-1"></p>
<section id="inside" hidden>
<p>You are <strong id="who"></strong>. <button id="out" type="button">Sign out</button></p>
<table><thead><tr><th scope="col">Channel</th><th scope="col">Kind</th><th scope="col">Messages</th><th scope="col">Unread</th></tr></thead><tbody id="channels"></tbody></table>
<p>To read and to talk: <code>perdure chat &lt;channel&gt;</code>. Nothing else is shown here yet.</p>
</section>
</main>
<script>${script}</script>
</body>
</html>
`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const policy = [
  "default-src 'none'",
  `script-src ${hashOf(script)}`,
  `style-src ${hashOf(style)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function landingPage(): Response {
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    },
  });
}
