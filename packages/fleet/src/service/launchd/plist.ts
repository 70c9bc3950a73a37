/** A job of launchd as text, with the name that OpenClaw gives its own. Pure. */

import type { ServiceSpec } from '../../core/ports.ts';
import { gatewayArguments, supervisedEnvironment } from '../../openclaw/run.ts';
import { serviceLog } from '../last-lines.ts';

export const labelOf = (handle: string): string => `ai.openclaw.${handle}`;

/** As long as OpenClaw takes at most to finish what it does; launchd kills what is there after that. */
const exitSeconds = 330;

export function plistOf(spec: ServiceSpec, user: string): string {
  // Not ours to supervise, but launchd's.
  const { OPENCLAW_SUPERVISOR_MODE: _ours, ...base } = supervisedEnvironment(spec, user);
  const environment = {
    ...base,
    OPENCLAW_PROFILE: spec.handle,
    OPENCLAW_GATEWAY_PORT: String(spec.port),
    OPENCLAW_LAUNCHD_LABEL: labelOf(spec.handle),
    OPENCLAW_SERVICE_MARKER: 'openclaw',
    OPENCLAW_SERVICE_KIND: 'gateway',
  };
  const entries: readonly (readonly [key: string, value: string])[] = [
    ['Label', string(labelOf(spec.handle))],
    ['Comment', string(`Gateway of the agent ${spec.handle}, written by Perdure`)],
    ['ProgramArguments', array([spec.program.node, ...gatewayArguments(spec)])],
    ['EnvironmentVariables', dictionary(Object.entries(environment).map(([key, value]) => [key, string(value)]))],
    ['WorkingDirectory', string(spec.home)],
    ['RunAtLoad', '<true/>'],
    ['KeepAlive', '<true/>'],
    ['ThrottleInterval', '<integer>10</integer>'],
    ['ExitTimeOut', `<integer>${exitSeconds}</integer>`],
    ['ProcessType', string('Interactive')],
    // 0077
    ['Umask', '<integer>63</integer>'],
    ['StandardInPath', string('/dev/null')],
    ['StandardOutPath', string(serviceLog(spec.home))],
    ['StandardErrorPath', string(serviceLog(spec.home))],
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    dictionary(entries),
    '</plist>',
    '',
  ].join('\n');
}

/** The home that a job is for, as we and OpenClaw write it; undefined where it tells none. */
export function homeIn(plist: string): string | undefined {
  const found = /<key>OPENCLAW_STATE_DIR<\/key>\s*<string>([^<]*)<\/string>/.exec(plist)?.[1];
  return found?.replaceAll(/&(amp|lt|gt|quot|apos);/g, (_whole, name: keyof typeof plain) => plain[name]);
}

/** What `launchctl print` tells of a job that it knows. */
export interface PrintedJob {
  readonly pid: number | undefined;
  readonly runs: number;
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
}

export function readPrinted(text: string): PrintedJob {
  const field = (name: string): string | undefined => new RegExp(`^\\s*${name} = (.+)$`, 'm').exec(text)?.[1]?.trim();
  const number = (name: string): number | undefined => {
    const value = /^\d+/.exec(field(name) ?? '')?.[0];
    return value === undefined ? undefined : Number(value);
  };
  return {
    pid: number('pid'),
    runs: number('runs') ?? 0,
    exitCode: number('last exit code'),
    signal: field('last terminating signal'),
  };
}

const plain = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" } as const;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const string = (text: string): string => `<string>${escaped(text)}</string>`;
const array = (texts: readonly string[]): string => `<array>\n${texts.map(string).join('\n')}\n</array>`;
const dictionary = (entries: readonly (readonly [key: string, value: string])[]): string =>
  `<dict>\n${entries.map(([key, value]) => `<key>${escaped(key)}</key>\n${value}`).join('\n')}\n</dict>`;
