/** All benches of judging, which need no container: `npm run bench:judge`. The last one needs Go. */
console.log("Set checks on made-up runs\n");
await import("./set-checks.ts");
console.log("\nReading a ledger\n");
await import("./ledger.ts");
console.log("\nThe register check against Porcupine\n");
await import("./register-order.ts");
