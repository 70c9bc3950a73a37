/**
 * What a file is called. A name is data here, and never a path; but whoever is given the file may join it to a folder
 * of theirs, so only its last part is kept.
 */

export function plainFileName(given: string): string {
  const last = given.split(/[/\\]/).at(-1)?.trim() ?? '';
  return /^\.*$/.test(last) ? 'file' : last;
}

export const bytesOfNoType = 'application/octet-stream';

/** What clients of Sesame keep between the steps; it leads to nothing. */
export const s3KeyOf = (fileId: string): string => `drive/${fileId}`;
