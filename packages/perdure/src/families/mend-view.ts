/** What would be mended of a gateway, as text. Pure. */

import type { GatewayFindings } from '@perdure/contract';
import { printable } from '../text/format.ts';

/** `isAsked`: it was said already which of them are meant. */
export function mendPlanText(
  handle: string,
  { findings, planHash }: GatewayFindings,
  { isAsked = false } = {},
): string {
  if (findings.length === 0) return `Nothing is wrong with ${handle}.`;
  const can = findings.filter(({ cannot }) => cannot === undefined);
  return [
    `What is wrong with ${handle}, and what would be done. Its home goes into an archive first, and what is touched is put back where the agent is not well afterwards.`,
    ...findings.flatMap((finding, at) => [
      '',
      ...lines(finding, findings.findIndex(({ code }) => code === finding.code) < at),
    ]),
    '',
    `Plan ${planHash}`,
    ...(isAsked || can.length === 0
      ? []
      : [
          `\`perdure family mend ${handle} ${can[0]?.code ?? ''} --yes\` mends one of these, \`--all --yes\` all that can be.`,
        ]),
  ].join('\n');
}

type Finding = GatewayFindings['findings'][number];

function lines({ code, weight, found, does, needs, cannot }: Finding, isTold: boolean): readonly string[] {
  const what = [`${code}  (${weight})  ${printable(found)}`];
  if (isTold) return what;
  if (cannot !== undefined) return [...what, `  not mended: ${printable(cannot)}`];
  const more = needs.length === 0 ? [] : [`  with it: ${needs.join(', ')}`];
  return [...what, ...does.map((one) => `  - ${printable(one)}`), ...more];
}
