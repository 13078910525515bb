import assert from "node:assert/strict";
import { test } from "node:test";
import { openHistorian } from "../../../src/historian/index.ts";
import { failsWith } from "../scratch.ts";

test("addresses of live sources hold no password, and only words that mean something", async () => {
  await assert.rejects(openHistorian("mqtt://reader:hidden@broker"), (error: Error) => {
    assert.ok(!error.message.includes("hidden"));
    return failsWith("historian/source-option", "GREYBOX_PASSWORD")(error);
  });
  await assert.rejects(
    openHistorian("opc.tcp://server:4840?security=perhaps"),
    failsWith("historian/source-option", "encrypt, sign or none"),
  );
});
