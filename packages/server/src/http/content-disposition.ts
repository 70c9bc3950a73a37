/** A file name in a header (RFC 6266, RFC 8187): whatever it is, it ends neither its quotes nor its line. */

/** As a file to be kept, never as a page to be shown. */
export function attachmentDisposition(fileName: string): string {
  const plain = fileName.replaceAll(/[^ !#$&+\-.0-9=@A-Z^_`a-z~]/g, '_');
  const encoded = encodeURIComponent(fileName).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
