/** Owns which files of a drop or a choice are images, and the path each gets in the dataset. */

export interface LocalFile {
  readonly file: File;
  /** Relative path in the dataset, `/` between folders. */
  readonly path: string;
}

const IMAGE = /\.(?:jpe?g|png|webp|tiff?|bmp)$/i;

/** The images behind a drop: folders are walked. Must be called within the drop event. */
export async function droppedImages(data: DataTransfer): Promise<LocalFile[]> {
  // The entries must be taken before the first await: afterwards the browser empties the list.
  const entries = [...data.items].filter(({ kind }) => kind === "file").flatMap((item) => item.webkitGetAsEntry() ?? []);
  const found = await Promise.all(entries.map((entry) => walk(entry)));
  return imagesOf(found.flat());
}

/** The images behind an input of files or of a folder. */
export function chosenImages(files: Iterable<File>): LocalFile[] {
  return imagesOf([...files].map((file) => ({ file, path: file.webkitRelativePath === "" ? file.name : file.webkitRelativePath })));
}

/** Only images, in a stable order, without the name of a folder that holds all of them. */
export function imagesOf(found: readonly LocalFile[]): LocalFile[] {
  const images = found.filter(({ path }) => IMAGE.test(path) && !path.split("/").some((part) => part.startsWith(".")));
  const [first = ""] = images.map(({ path }) => path);
  const root = first.includes("/") ? first.slice(0, first.indexOf("/") + 1) : "";
  const shared = root !== "" && images.every(({ path }) => path.startsWith(root));
  return images
    .map(({ file, path }) => ({ file, path: shared ? path.slice(root.length) : path }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function walk(entry: FileSystemEntry): Promise<LocalFile[]> {
  const path = entry.fullPath.replace(/^\//, "");
  if (isFile(entry)) return [{ path, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) }];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: LocalFile[] = [];
  // A reader gives at most a hundred entries at a time, and an empty list at the end.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return found;
    found.push(...(await Promise.all(part.map((child) => walk(child)))).flat());
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
