/** What callers can do wrong with sources that tell of news, and what those can refuse. */
import { type Kind, kind } from "../failure.ts";

export const liveFailures = {
  "historian/login": kind<{ source: string; why: string }>(
    (d) => `"${d.source}" does not let this user in: ${d.why}.`,
    () => "Check user and password, and that the account may read.",
  ),
  "historian/certificate-untrusted": kind<{ source: string; subject: string; fingerprint: string; kept: string; trusted: string }>(
    (d) => `"${d.source}" shows a certificate that is not trusted: ${d.subject}, SHA-256 ${d.fingerprint}.`,
    (d) =>
      `Compare the fingerprint with the one that the server's owner tells you. If it is the same, move "${d.kept}" into "${d.trusted}" and connect again.`,
  ),
  "historian/certificate-invalid": kind<{ source: string; subject: string; why: string }>(
    (d) => `"${d.source}" shows a certificate that is not valid: ${d.subject}, ${d.why}.`,
    () => "Have the server's owner renew it; correct the clock of this machine if it is wrong.",
  ),
  "historian/certificate-refused": kind<{ source: string; why: string; own: string }>(
    (d) => `"${d.source}" does not trust this client: ${d.why}.`,
    (d) => `Have the server's owner trust the certificate of this client, which lies in "${d.own}".`,
  ),
  "historian/security-unavailable": kind<{ source: string; wanted: string; offered: string }>(
    (d) => `"${d.source}" does not offer ${d.wanted}; it offers ${d.offered}.`,
    () => 'Have it switched on at the server. `security: "none"` reads and sends in the clear, on networks where that is allowed.',
  ),
  "historian/not-live": kind<{ source: string }>(
    (d) => `"${d.source}" cannot tell of new points.`,
    () => "Use a source that can: `sparkplugSource`, `opcUaSource`, or one of your own with `subscribe`.",
  ),
} as const satisfies Record<string, Kind<never>>;
