import { describe, expect, it } from 'vitest';
import { errorCatalogue, routes, runEventTypes, runStatuses, stepKinds } from '../src/index.ts';

/**
 * Literals that programs of other people depend on. A red pin means: this breaks somebody. Change it only with a line
 * in the changelog.
 */
describe('public literals', () => {
  it('keeps codes, statuses and exit codes of the error catalogue', () => {
    const pins = Object.entries(errorCatalogue).map(([code, e]) => `${code} ${e.httpStatus} ${e.exitCode}`);
    expect(pins).toMatchSnapshot();
  });

  it('keeps statuses, step kinds and event types', () => {
    expect({ runStatuses, stepKinds, events: Object.keys(runEventTypes) }).toMatchSnapshot();
  });

  it('keeps methods and paths, and asks for a key everywhere but at /health, where the URL is the key, and of who signs in', () => {
    const table = Object.values(routes).map(
      (r) => `${r.method.toUpperCase()} ${r.path}${r.authenticated ? '' : ' (open)'}`,
    );
    expect(table).toMatchSnapshot();
    expect(table.filter((line) => line.endsWith('(open)'))).toEqual([
      'GET /health (open)',
      'POST /api/v1/sessions/open (open)',
      'PUT /api/v1/drive/uploads/{fileId} (open)',
      'GET /api/v1/drive/downloads/{fileId} (open)',
    ]);
  });

  it('tells what to do in every hint, as a sentence', () => {
    for (const [code, { hint }] of Object.entries(errorCatalogue))
      expect([code, hint]).toEqual([code, expect.stringMatching(/^.{8,}[.]$/)]);
  });
});
