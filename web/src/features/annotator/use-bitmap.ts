/** Owns the pixels of the image on the canvas: fetched with the session, freed when another one comes. */

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { platformFetch } from "@/api/http";

interface Pixels {
  readonly image: ImageBitmap | null;
  readonly error: Error | null;
}

export function useBitmap(sha256: string): Pixels {
  const content = useQuery({
    queryKey: ["pixels", sha256],
    queryFn: async ({ signal }) => (await platformFetch(`/api/v1/images/${sha256}/content`, { signal })).blob(),
    staleTime: Infinity,
    gcTime: 30_000,
  });
  const [decoded, setDecoded] = useState<{ readonly blob: Blob; readonly image: ImageBitmap } | null>(null);
  const [broken, setBroken] = useState<Error | null>(null);
  const blob = content.data;
  useEffect(() => {
    if (blob === undefined) return;
    let left = false;
    let made: ImageBitmap | null = null;
    createImageBitmap(blob).then(
      (image) => {
        made = image;
        if (left) image.close();
        else setDecoded({ blob, image });
      },
      () => setBroken(new Error("This browser cannot show the image.")),
    );
    return () => {
      left = true;
      made?.close();
    };
  }, [blob]);
  // Never the pixels of the image before: shapes on the wrong picture would mislead.
  return { image: decoded !== null && decoded.blob === blob ? decoded.image : null, error: content.error ?? broken };
}
