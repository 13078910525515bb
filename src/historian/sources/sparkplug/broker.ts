/** The few things needed of an MQTT client, and how one is made of the optional package `mqtt`. */
import { GreyboxError } from "../../../core/index.ts";
import { type Secret, secretOf } from "../http.ts";

/** A message as it came. */
export interface BrokerMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retained: boolean;
}

export interface BrokerListener {
  /** The next message is not read off the connection before this settles. */
  message(message: BrokerMessage): Promise<void> | undefined;
  /** The connection is there, again or for the first time, and the topics are subscribed. */
  connected(): void;
  lost(): void;
}

/** A connection to a broker. Others than the one below, such as those of tests, can stand in for it. */
export interface Broker {
  /** Where it is, for messages: without user and password. */
  readonly name: string;
  listen(topics: readonly string[], listener: BrokerListener): Promise<void>;
  publish(topic: string, payload: Uint8Array): void;
  close(): Promise<void>;
}

export interface BrokerOptions {
  /** `mqtt://host:1883`, or `mqtts://host:8883` with TLS. */
  readonly url: string;
  readonly clientId?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  /** PEM texts, for `mqtts`: whom to trust besides the authorities of the system, and who we are. */
  readonly tls?: { readonly ca?: string | undefined; readonly cert?: string | undefined; readonly key?: string | undefined } | undefined;
  /** How long to wait for the first connection [ms]. */
  readonly connectTimeout?: number | undefined;
}

export const brokerDefaults = { connectTimeout: 10_000 } as const;

interface Packet {
  readonly topic: string;
  readonly payload: Uint8Array | string;
  readonly retain: boolean;
}

interface Client {
  handleMessage(packet: Packet, done: (error?: Error) => void): void;
  on(event: "connect" | "close", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  subscribe(
    topics: string[],
    options: { qos: 0 | 1 },
    done: (error: Error | null, granted?: readonly { readonly qos: number }[]) => void,
  ): unknown;
  publish(topic: string, payload: Uint8Array, options: { qos: 0 | 1 }): unknown;
  end(force: boolean, options: object, done: () => void): unknown;
}

/** A broker by the package `mqtt`. Connects when it is listened to. */
export async function mqttBroker(options: BrokerOptions): Promise<Broker> {
  const { url, clientId, user, tls, connectTimeout = brokerDefaults.connectTimeout } = options;
  const name = withoutSecrets(url);
  const password = options.password === undefined ? undefined : secretOf(name, options.password);
  const { connect } = await packageMqtt();
  let client: Client | undefined;
  return {
    name,
    listen(topics, listener) {
      const own = connect(url, {
        protocolVersion: 4,
        clean: true,
        clientId,
        username: user,
        password,
        ...tls,
        connectTimeout,
        reconnectPeriod: 1000,
      });
      client = own;
      own.handleMessage = (packet, done) => {
        const { topic, payload, retain } = packet;
        const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
        const wait = listener.message({ topic, payload: bytes, retained: retain });
        if (wait) wait.then(() => done(), done);
        else done();
      };
      let online = false;
      own.on("close", () => {
        if (online) listener.lost();
        online = false;
      });
      return new Promise((resolve, reject) => {
        const fail = (error: Error): void => {
          if (online) return;
          own.end(true, {}, () => {});
          reject(refusal(name, error));
        };
        const timer = setTimeout(() => fail(new Error(`no answer in ${connectTimeout} ms`)), connectTimeout);
        own.on("error", (error) => {
          clearTimeout(timer);
          fail(error);
        });
        own.on("connect", () => {
          clearTimeout(timer);
          own.subscribe([...topics], { qos: 1 }, (error, granted) => {
            if (error) fail(error);
            else if (granted?.some(({ qos }) => qos > 2)) fail(new Error("Not authorized to subscribe"));
            else {
              online = true;
              listener.connected();
              resolve();
            }
          });
        });
      });
    },
    publish: (topic, payload) => void client?.publish(topic, payload, { qos: 0 }),
    close: () => new Promise((resolve) => (client ? client.end(true, {}, () => resolve()) : resolve())),
  };
}

function refusal(name: string, error: Error): Error {
  const why = error.message.replace(/\.$/, "") || "it cannot be reached";
  if (/not authorized|bad user|identifier rejected/i.test(why))
    return new GreyboxError("historian/login", { source: name, why }, { cause: error });
  return new GreyboxError("historian/server-failed", { source: name, request: "CONNECT", attempts: 1, why }, { cause: error });
}

function withoutSecrets(url: string): string {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  } catch {
    throw new GreyboxError("historian/source-option", {
      source: "sparkplug",
      option: "url",
      value: "not a URL",
      expected: '"mqtt://host:1883", or "mqtts://host:8883"',
    });
  }
}

async function packageMqtt(): Promise<{ connect(url: string, options: object): Client }> {
  try {
    // The package's own types are not needed by anyone who does not have it.
    return (await import("mqtt")) as unknown as { connect(url: string, options: object): Client };
  } catch (cause) {
    throw new GreyboxError(
      "historian/optional-package",
      { package: "mqtt", purpose: "MQTT with Sparkplug B", install: "mqtt@5" },
      { cause: cause as Error },
    );
  }
}
