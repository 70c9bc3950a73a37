/**
 * `perdure family export`: what a family is, without a secret, for another host or another day. What lies in homes is
 * not in it: that is what archives are for.
 */

import { compact, type Family, type FamilyGateway, type FamilyMember } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { allPages } from '../client/all-pages.ts';
import { connectToHub } from '../client/connect.ts';
import { shellWord } from '../text/format.ts';
import { findFamily } from './find.ts';

export async function exportFamily(rim: Rim, given: string, options: CommonOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const family = await findFamily(client, given);
  const params = { familyId: family.id };
  const members = await allPages((query) => client.listFamilyMembers({ params, query }));
  const { data: gateways } = await client.listGateways({ params });
  const described = describe(family, { members, gateways });
  printData(rim, options, described, () => JSON.stringify(described, undefined, 2));
  return 0;
}

interface Whole {
  readonly members: readonly FamilyMember[];
  readonly gateways: readonly FamilyGateway[];
}

function describe({ name, lead, host, conventions, resources }: Family, { members, gateways }: Whole) {
  return {
    kind: 'perdure-family',
    version: 1,
    name,
    ...compact({ lead: lead?.handle, host: host?.name }),
    conventions,
    resources,
    members: members
      .filter(({ status }) => status !== 'deprovisioned')
      .map((member) =>
        memberOf(
          member,
          gateways.find((one) => one.principalId === member.principalId),
        ),
      ),
  };
}

/** `credential`: whether its model has a key, and never where it lies, for elsewhere it lies elsewhere. */
function memberOf({ handle, displayName, metadata }: FamilyMember, gateway: FamilyGateway | undefined) {
  const personality = metadata['personalitySeed'];
  const said = {
    handle,
    displayName,
    ...compact({ personality: typeof personality === 'string' ? personality : undefined }),
  };
  if (gateway === undefined || gateway.status === 'removed') return said;
  const { model, port, service, wanted, version, credential } = gateway;
  const words = ['perdure family add', handle, '--model', shellWord(model)];
  const add = [...words, ...(credential.kind === 'unneeded' ? ['--no-key'] : [])].join(' ');
  return { ...said, model, credential: credential.kind, port, service, wanted, openclaw: version, add };
}
