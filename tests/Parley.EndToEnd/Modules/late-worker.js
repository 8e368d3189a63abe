// The storage worker at the worst moment of a takeover: its attempt to open fails because the other tab still holds the files,
// and before it learns so, that tab lets go.
const { prototype } = FileSystemFileHandle;
const createSyncAccessHandle = prototype.createSyncAccessHandle;
let letGo;
const released = new Promise(resolve => { letGo = resolve; });

addEventListener('message', event => {
  if (event.data === 'released') {
    event.stopImmediatePropagation();
    letGo();
  }
});

prototype.createSyncAccessHandle = async function (...options) {
  try {
    return await createSyncAccessHandle.apply(this, options);
  } catch (error) {
    postMessage({ type: 'refused' });
    await released;
    throw error;
  }
};

await import('/_content/Parley.Browser/storage-worker.js');
