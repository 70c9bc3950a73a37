/** Where it happens: a host, releases of OpenClaw side by side, ports for its gateways. */

import { mkdtempSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { compact, type FamilyGateway } from '@perdure/contract';
import { installFakeOpenclaw, type FakeBehaviour, type FakeOpenclaw } from '@perdure/testing/fake-openclaw';
import type { FamilyHost } from '../family-host.ts';
import type { StepGateOptions } from '../step-gate.ts';
import { over } from './over.ts';

/** What is going on at a point, set up. */
export interface Play {
  /** Of the gateway whose step it is; absent: of the one that is made by it. */
  readonly principalId?: string;
  /** Has it begin. */
  readonly order: () => Promise<unknown>;
  /** When a step is asked for. */
  readonly onOrder?: StepGateOptions['onOrder'];
  /** Waits until it is over; what is wrong then. */
  readonly judge: () => Promise<readonly string[]>;
}

export interface SceneOptions {
  readonly host: FamilyHost;
  readonly familyId: string;
  /** An empty folder, for releases. */
  readonly folder: string;
  /** The one on the PATH of the host. */
  readonly fake: FakeOpenclaw;
}

export class FamilyScene {
  readonly host: FamilyHost;
  readonly familyId: string;
  readonly #folder: string;
  readonly #bin: string;
  readonly #releases: FakeOpenclaw[];
  #behaviour: FakeBehaviour = {};

  constructor({ host, familyId, folder, fake }: SceneOptions) {
    this.host = host;
    this.familyId = familyId;
    this.#folder = folder;
    this.#bin = fake.bin;
    this.#releases = [fake];
  }

  /** The one on the PATH. */
  get newest(): FakeOpenclaw {
    const newest = this.#releases.at(-1);
    if (newest === undefined) throw new Error('there is no release');
    return newest;
  }

  /** How gateways are that are not spoiled; given to each release. */
  behave(behaviour: FakeBehaviour): void {
    this.#behaviour = behaviour;
    for (const release of this.#releases) release.behave(behaviour);
  }

  /** From its next start on a gateway of this handle ends at once, whatever its release. */
  spoil(handle: string): void {
    for (const release of this.#releases) spoil(release, handle);
  }

  heal(handle: string): void {
    for (const release of this.#releases) release.behave(this.#behaviour, handle);
  }

  /** The next release, which the PATH has from now on. It begins for all but for whom it is spoiled. */
  newer({ spoiled }: { readonly spoiled?: string | undefined } = {}): FakeOpenclaw {
    const count = this.#releases.length;
    const version = `${2027 + Math.floor(count / 12)}.${(count % 12) + 1}.1`;
    const release = installFakeOpenclaw(mkdtempSync(join(this.#folder, 'release-')), { version });
    release.behave(this.#behaviour);
    if (spoiled !== undefined) spoil(release, spoiled);
    this.#releases.push(release);
    const link = join(this.#bin, 'openclaw');
    symlinkSync(release.entry, `${link}.new`);
    renameSync(`${link}.new`, link);
    return release;
  }

  /** A member of this handle, as the hub has it. */
  async make(handle: string, port?: number): Promise<void> {
    const made = { handle, model: 'demo/demo', credential: 'unneeded', service: 'supervisor' } as const;
    const params = { familyId: this.familyId };
    await this.host.system.client.addFamilyMember({ params, body: { ...made, ...compact({ gatewayPort: port }) } });
  }

  /** Online, made where it is not there. */
  async ensure(handle: string, port: number | undefined): Promise<void> {
    if ((await this.host.status(handle).catch(() => undefined))?.status === 'ready') return;
    await this.make(handle, port);
    await over(this.host, handle);
  }

  async order(handle: string, order: 'change' | 'deprovision' | 'mend' | 'repair' | 'upgrade', body = {}) {
    const { principalId } = await this.host.status(handle);
    const params = { familyId: this.familyId, principalId, order };
    return await this.host.system.client.orderGateway({ params, body });
  }

  async openKeys({ principalId }: Pick<FamilyGateway, 'principalId'>): Promise<readonly string[]> {
    const { data } = await this.host.system.client.listKeys({ params: { principalId } });
    return data.filter(({ revokedAt }) => revokedAt === undefined).map(({ id }) => id);
  }
}

/** What it has made of the state of a home an older one does not open. */
const spoil = (release: FakeOpenclaw, handle: string): void => release.behave({ faults: ['refuses_late'] }, handle);
