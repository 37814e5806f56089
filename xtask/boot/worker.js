// Starts a worker, from the same script that started the page.
//
// The first message is an object with { module, role, … }: the compiled program and what it is to be. Rust finds it as
// `self.hopscopeBoot`. Its `main` sets `self.onmessage` before it returns and
// posts that it is ready. Messages that arrive in between wait in `self.hopscopeQueue` and are handed, in order and once,
// to the handler that `main` set; Rust need not know of them.
{
  self.hopscopeQueue = [];
  self.onmessage = (first) => {
    self.hopscopeBoot = first.data;
    self.onmessage = (event) => self.hopscopeQueue.push(event);
    wasm_bindgen({ module_or_path: first.data.module }).then(
      () => {
        for (const event of self.hopscopeQueue.splice(0)) self.onmessage?.(event);
      },
      // A rejected promise stays inside the worker; a thrown error reaches its owner's `error` handler.
      (error) => setTimeout(() => { throw error; }),
    );
  };
}
