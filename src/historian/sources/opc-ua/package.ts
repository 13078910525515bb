/**
 * The part of the optional package `node-opcua` that is used here, by its own names. Loading it takes the better part of a second, so that it
 * happens when a server is opened and not before.
 */
import { GreyboxError } from "../../../core/index.ts";

export interface StatusCode {
  readonly value: number;
  toString(): string;
}

export interface Variant {
  readonly dataType: number;
  readonly value: unknown;
}

export interface DataValue {
  readonly value?: Variant | undefined;
  readonly statusCode: StatusCode;
  readonly sourceTimestamp?: Date | null | undefined;
  /** Below the millisecond. */
  readonly sourcePicoseconds?: number | undefined;
  readonly serverTimestamp?: Date | null | undefined;
}

export interface Reference {
  readonly nodeId: NodeId;
  readonly nodeClass: number;
  readonly browseName: { readonly name: string | null };
}

export interface NodeId {
  readonly namespace: number;
  toString(): string;
}

export interface BrowseResult {
  readonly statusCode: StatusCode;
  readonly continuationPoint?: Uint8Array | null | undefined;
  readonly references: readonly Reference[] | null;
}

export interface HistoryReadResult {
  readonly statusCode: StatusCode;
  readonly continuationPoint?: Uint8Array | null | undefined;
  readonly historyData?: { readonly dataValues?: readonly DataValue[] | null | undefined } | null | undefined;
}

export interface Session {
  browse(nodes: readonly object[]): Promise<readonly BrowseResult[]>;
  browseNext(points: readonly Uint8Array[], release: boolean): Promise<readonly BrowseResult[]>;
  read(nodes: readonly object[]): Promise<readonly DataValue[]>;
  historyRead(request: object): Promise<{ readonly results?: readonly HistoryReadResult[] | null | undefined }>;
  createSubscription2(options: object): Promise<Subscription>;
  close(): Promise<void>;
}

export interface MonitoredItem {
  readonly statusCode?: StatusCode | undefined;
}

export interface MonitoredGroup {
  readonly monitoredItems: readonly MonitoredItem[];
  on(event: "changed", listener: (item: unknown, value: DataValue, index: number) => void): unknown;
  on(event: "initialized", listener: () => void): unknown;
  on(event: "err", listener: (message: string) => void): unknown;
}

export interface Subscription {
  monitorItems(items: readonly object[], options: object, timestamps: number): Promise<MonitoredGroup>;
  setPublishingMode(enabled: boolean): Promise<unknown>;
  terminate(): Promise<void>;
}

export interface Endpoint {
  readonly securityMode: number;
  readonly securityPolicyUri: string | null;
  readonly serverCertificate: Uint8Array | null;
}

export interface Client {
  connect(url: string): Promise<void>;
  getEndpoints(): Promise<readonly Endpoint[]>;
  createSession(user: object): Promise<Session>;
  disconnect(): Promise<void>;
  on(event: "connection_lost" | "connection_reestablished", listener: () => void): unknown;
}

export interface CertificateManager {
  readonly rejectedFolder: string;
  readonly trustedFolder: string;
  readonly ownCertFolder: string;
  initialize(): Promise<void>;
  checkCertificate(certificate: Uint8Array): Promise<StatusCode>;
  dispose(): Promise<void>;
}

export interface OpcUaPackage {
  readonly OPCUAClient: { create(options: object): Client };
  readonly OPCUACertificateManager: new (options: object) => CertificateManager;
  readonly ReadRawModifiedDetails: new (options: object) => object;
  readonly HistoryReadRequest: new (options: object) => object;
  setWarningLogger(log: (...words: unknown[]) => void): void;
  setErrorLogger(log: (...words: unknown[]) => void): void;
}

/** Numbers of the specification that requests need. @see OPC UA Parts 4, 5 and 6. */
export const ua = {
  securityMode: { none: 1, sign: 2, signAndEncrypt: 3 },
  anonymous: 0,
  userName: 1,
  browseForward: 0,
  reference: { hierarchical: "i=33", hasProperty: "i=46", hasHistoricalConfiguration: "i=56" },
  nodeClass: { object: 1, variable: 2 },
  attribute: { description: 5, value: 13, dataType: 14, valueRank: 15, accessLevel: 17, userAccessLevel: 18, historizing: 20 },
  /** Bit of an access level. */
  historyRead: 4,
  timestamps: { source: 0, both: 2 },
  type: { boolean: 1, int64: 8, uint64: 9, string: 12, dateTime: 13 },
} as const;

/** @throws GreyboxError `historian/optional-package` */
export async function packageOpcUa(): Promise<OpcUaPackage> {
  // Not a literal: the compiler must not look for a package that most do not have.
  const name: string = "node-opcua";
  try {
    const loaded = (await import(name)) as { readonly default?: OpcUaPackage } & OpcUaPackage;
    const opcua = loaded.default ?? loaded;
    // It writes to standard output, where results go. What matters of it comes as an error.
    if (!process.env["NODEOPCUADEBUG"]) {
      opcua.setWarningLogger(() => {});
      opcua.setErrorLogger(() => {});
    }
    return opcua;
  } catch (cause) {
    throw new GreyboxError(
      "historian/optional-package",
      { package: name, purpose: "OPC UA", install: "node-opcua@2.182.2" },
      { cause: cause as Error },
    );
  }
}
