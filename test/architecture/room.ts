/** What a room is, and how the tables of rooms say which files it has. */

export interface Room {
  /** Paths in the repository. */
  readonly files: RegExp;
  readonly may: readonly string[];
  readonly because: string;
}

export const all = (name: string): RegExp => new RegExp(`^packages/${name}/src/`);
export const folder = (name: string, sub: string): RegExp => new RegExp(`^packages/${name}/src/${sub}/`);
/** Files that lie in the source folder itself. */
export const top = (name: string): RegExp => new RegExp(`^packages/${name}/src/[^/]+$`);
export const within = (name: string, ...folders: string[]) => folders.map((each) => `${name}/${each}`);
export const file = (name: string, path: string): RegExp => new RegExp(`^packages/${name}/src/${path}$`);
