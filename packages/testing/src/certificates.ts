/** Certificates for tests, made by `openssl` when they are needed: a root that clients trust, and what it signs. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '@perdure/home';

export interface TestAuthority {
  /** Of the root: what clients are told to trust. */
  readonly ca: string;
  /** Path of it. */
  readonly caFile: string;
  /** Makes `<name>.pem` and `<name>.key` in the folder, for what stands in `names`: `DNS:…` and `IP:…`. */
  issue(name: string, names: readonly string[]): IssuedFiles;
}

export interface IssuedFiles {
  readonly cert: string;
  readonly key: string;
}

export function makeAuthority(folder: string): TestAuthority {
  const openssl = (args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(['req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test root', '-days', '90']);
  const caFile = join(folder, 'ca.pem');
  return {
    ca: readFileSync(caFile, 'utf8'),
    caFile,
    issue(name, names) {
      const [key, request, cert] = [`${name}.key`, `${name}.csr`, `${name}.pem`];
      openssl(['req', '-new', ...newKey, '-keyout', key, '-out', request, '-subj', `/CN=${name}`]);
      const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '90'];
      const extensions = join(folder, `${name}.ext`);
      replaceFile(
        extensions,
        names.length === 0
          ? ''
          : `subjectAltName=${names.join(',')}
`,
      );
      openssl(['x509', '-req', '-in', request, ...signed, '-extfile', extensions, '-out', cert]);
      return { cert: join(folder, cert), key: join(folder, key) };
    },
  };
}
