/** Owns an image at full size as a browser can show it, fetched with the session and given back when left. */

import { Group, Loader } from "@mantine/core";
import { useEffect, useState } from "react";
import { platformFetch } from "@/api/http";
import { Refused } from "./Loaded";
import classes from "./thumbnail.module.css";

export function Picture({ sha256, alt }: { readonly sha256: string; readonly alt: string }) {
  const [url, setUrl] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const stop = new AbortController();
    let made: string | null = null;
    platformFetch(`/api/v1/images/${sha256}/content`, { signal: stop.signal })
      .then((response) => response.blob())
      .then((blob) => {
        if (stop.signal.aborted) return;
        made = URL.createObjectURL(blob);
        setUrl(made);
      })
      .catch((reason: unknown) => {
        if (!stop.signal.aborted) setError(reason);
      });
    return () => {
      stop.abort();
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [sha256]);
  if (error !== null) return <Refused error={error} />;
  if (url !== null) return <img className={classes.picture} src={url} alt={alt} />;
  return (
    <Group justify="center" p="xl" role="status" aria-label="Loading the image">
      <Loader size="sm" />
    </Group>
  );
}
