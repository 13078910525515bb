/** A session with an OPC UA server: encrypted, with a certificate that somebody has approved, as a named user. */
import { createHash, X509Certificate } from "node:crypto";
import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { GreyboxError } from "../../../core/index.ts";
import { type Duration, secondsOf } from "../../duration.ts";
import { type Secret, secretOf } from "../http.ts";
import { type CertificateManager, type Client, type OpcUaPackage, packageOpcUa, type Session, ua } from "./package.ts";

export interface OpcUaAccess {
  /** Such as "opc.tcp://server:4840". */
  readonly url: string;
  /** Default: messages are signed and encrypted by Basic256Sha256. `none`: in the clear. */
  readonly security?: "encrypt" | "sign" | "none" | undefined;
  /** Folder of our own certificate and key (`own`) and of those of servers (`trusted`, `rejected`). Made where it is not there. */
  readonly certificates?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  /** Longest wait for an answer. */
  readonly timeout?: Duration | undefined;
}

export const accessDefaults = { security: "encrypt", certificates: join(homedir(), ".greybox", "opc-ua"), timeout: "1 min" } as const;

const policies = { encrypt: "Basic256Sha256", sign: "Basic256Sha256", none: "None" } as const;
const modes = { encrypt: ua.securityMode.signAndEncrypt, sign: ua.securityMode.sign, none: ua.securityMode.none } as const;
const words = { encrypt: "SignAndEncrypt with Basic256Sha256", sign: "Sign with Basic256Sha256", none: "None" } as const;

export interface Connection {
  readonly name: string;
  readonly opcua: OpcUaPackage;
  readonly session: Session;
  readonly client: Client;
  close(): Promise<void>;
}

/**
 * @throws GreyboxError `historian/optional-package`, `historian/source-option`, `historian/server-failed`, `historian/security-unavailable`,
 *   `historian/certificate-untrusted`, `historian/certificate-invalid`, `historian/certificate-refused`, `historian/login`
 */
export async function connect(access: OpcUaAccess): Promise<Connection> {
  const name = addressOf(access.url);
  const security = access.security ?? accessDefaults.security;
  if (!Object.hasOwn(modes, security))
    throw new GreyboxError("historian/source-option", {
      source: name,
      option: "security",
      value: JSON.stringify(security),
      expected: '"encrypt", "sign" or "none"',
    });
  const timeout = 1000 * secondsOf(access.timeout ?? accessDefaults.timeout, "timeout");
  const user = identityOf(name, access);
  const opcua = await packageOpcUa();
  const manager = new opcua.OPCUACertificateManager({
    rootFolder: access.certificates ?? accessDefaults.certificates,
    automaticallyAcceptUnknownCertificate: false,
    disableFileWatchers: true,
  });
  await manager.initialize();
  const common = {
    applicationName: "Greybox",
    clientCertificateManager: manager,
    connectionStrategy: { maxRetry: 1, initialDelay: 200, maxDelay: 1000 },
    transportTimeout: timeout,
    requestedSessionTimeout: Math.max(60_000, 2 * timeout),
    endpointMustExist: false,
    keepSessionAlive: true,
  };
  try {
    if (security !== "none") await checkServer(opcua, common, access.url, { name, security, manager });
    const client = opcua.OPCUAClient.create({ ...common, securityMode: modes[security], securityPolicy: policies[security] });
    try {
      await client.connect(access.url);
    } catch (cause) {
      await client.disconnect().catch(() => {});
      throw refusedBy(name, cause, manager);
    }
    let session: Session;
    try {
      session = await client.createSession(user);
    } catch (cause) {
      await client.disconnect().catch(() => {});
      throw refusedBy(name, cause, manager);
    }
    let closing: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      // A server that is gone would be waited for.
      await inTime(session.close());
      await inTime(client.disconnect());
      await manager.dispose();
    };
    return { name, opcua, session, client, close: () => (closing ??= close()) };
  } catch (error) {
    await manager.dispose();
    throw error;
  }
}

/** Longest wait for a farewell [ms]. */
const farewell = 2000;

/** Settles with the promise, whatever becomes of it, or when it takes too long. */
export async function inTime(promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, farewell);
  });
  await Promise.race([promise.catch(() => {}), late]);
  clearTimeout(timer);
}

/** Reads the certificate that the server shows and asks the store of certificates about it, before anything is sent to the server. */
async function checkServer(
  opcua: OpcUaPackage,
  common: object,
  url: string,
  { name, security, manager }: { readonly name: string; readonly security: "encrypt" | "sign"; readonly manager: CertificateManager },
): Promise<void> {
  const asking = opcua.OPCUAClient.create({ ...common, securityMode: ua.securityMode.none, securityPolicy: policies.none });
  let endpoints: Awaited<ReturnType<Client["getEndpoints"]>>;
  try {
    await asking.connect(url);
    endpoints = await asking.getEndpoints();
  } catch (cause) {
    throw refusedBy(name, cause, manager);
  } finally {
    await asking.disconnect().catch(() => {});
  }
  const policyOf = (uri: string | null): string => (uri ?? "").replace(/^.*#/, "");
  const modeOf = (mode: number): string => ["", "None", "Sign", "SignAndEncrypt"][mode] ?? String(mode);
  const endpoint = endpoints.find((one) => one.securityMode === modes[security] && policyOf(one.securityPolicyUri) === policies[security]);
  if (!endpoint?.serverCertificate) {
    const offered = [...new Set(endpoints.map((one) => `${modeOf(one.securityMode)} with ${policyOf(one.securityPolicyUri)}`))];
    throw new GreyboxError("historian/security-unavailable", { source: name, wanted: words[security], offered: offered.join(", ") });
  }
  const certificate = endpoint.serverCertificate;
  const verdict = await manager.checkCertificate(certificate);
  const why = verdict.toString().replace(/ \(.*$/, "");
  if (verdict.value === 0) return;
  const { subject, fingerprint256 } = new X509Certificate(certificate);
  const who = subject.split("\n").join(", ");
  if (!/Untrusted|ChainIncomplete|SecurityChecksFailed/.test(why)) {
    throw new GreyboxError("historian/certificate-invalid", { source: name, subject: who, why });
  }
  const thumbprint = createHash("sha1").update(certificate).digest("hex");
  const file = readdirSync(manager.rejectedFolder).find((one) => one.includes(thumbprint));
  throw new GreyboxError("historian/certificate-untrusted", {
    source: name,
    subject: who,
    fingerprint: fingerprint256,
    kept: join(manager.rejectedFolder, file ?? `[${thumbprint}].pem`),
    trusted: manager.trustedFolder,
  });
}

function identityOf(name: string, { user, password }: OpcUaAccess): object {
  if (user === undefined) return { type: ua.anonymous };
  return { type: ua.userName, userName: user, password: password === undefined ? "" : secretOf(name, password) };
}

function refusedBy(name: string, cause: unknown, manager: CertificateManager): Error {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const why = error.message.split("\n")[0]!.replace(/\.$/, "").trim() || "it cannot be reached";
  const options = { cause: error };
  if (/BadUserAccessDenied|BadIdentityToken|BadUserSignature/.test(why))
    return new GreyboxError("historian/login", { source: name, why }, options);
  if (/BadCertificate|BadSecurityChecksFailed|BadSecureChannelClosed/.test(why)) {
    return new GreyboxError("historian/certificate-refused", { source: name, why, own: manager.ownCertFolder }, options);
  }
  return new GreyboxError("historian/server-failed", { source: name, request: "OpenSecureChannel", attempts: 2, why }, options);
}

function addressOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === "opc.tcp:" && parsed.host !== "" && parsed.username === "") return `opc.tcp://${parsed.host}${parsed.pathname}`;
  throw new GreyboxError("historian/source-option", {
    source: "OPC UA",
    option: "url",
    value: parsed && parsed.username !== "" ? "with a user" : JSON.stringify(url),
    expected: '"opc.tcp://server:4840"; user and password are options of their own',
  });
}
