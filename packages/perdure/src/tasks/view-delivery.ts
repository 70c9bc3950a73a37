/** Where reports go, for people. */

import type { Delivery } from '@perdure/contract';
import { printable } from '../text/format.ts';

export function deliveryText(delivery: Delivery): string {
  switch (delivery.method) {
    case 'stdout':
      return 'the screen of `perdure task tick`';
    case 'log':
      return 'logs/reports.log of the state root';
    case 'noop':
      return 'nobody';
    case 'command':
      return `the program ${printable(delivery.argv.join(' '))}${keyText(delivery.takes_key)}`;
    case 'webhook':
      return `the webhook ${printable(delivery.url ?? `in ${delivery.url_variable ?? ''}`)}${keyText(delivery.takes_key)}`;
    case 'openclaw':
      return printable(`${delivery.channel} ${delivery.target} by OpenClaw`);
    default:
      return delivery satisfies never;
  }
}

function keyText(takesKey: true | undefined): string {
  return takesKey === true ? ', which takes our key' : '';
}
