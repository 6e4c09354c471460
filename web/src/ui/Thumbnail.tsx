/** Owns how a small picture of an image is shown, also when the session has to be renewed for it. */

import { Box } from "@mantine/core";
import { IconPhotoOff } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { renewSession } from "@/api/http";
import classes from "./thumbnail.module.css";

interface ThumbnailProps {
  readonly sha256: string;
  /** What the picture shows, in words; empty when the words stand beside it. */
  readonly alt: string;
}

type Attempt = "first" | "second" | "none";

export function Thumbnail({ sha256, alt }: ThumbnailProps) {
  const [attempt, setAttempt] = useState<Attempt>("first");
  const picture = useRef<HTMLImageElement>(null);
  useEffect(() => {
    const element = picture.current;
    if (element !== null) element.src = `/api/v1/images/${sha256}/thumbnail`;
    // What was scrolled past must not keep what is in view waiting.
    return () => element?.removeAttribute("src");
  }, [sha256, attempt]);
  if (attempt === "none") {
    return (
      <Box className={classes.missing} role="img" aria-label={`${alt}: no preview`}>
        <IconPhotoOff size={24} stroke={1.4} aria-hidden />
      </Box>
    );
  }
  // An image element cannot renew the session by itself, as requests of the client do.
  const again = () => {
    if (attempt === "second") setAttempt("none");
    else void renewSession().then((renewed) => setAttempt(renewed ? "second" : "none"));
  };
  return (
    <img
      key={attempt} ref={picture} className={classes.picture} alt={alt} loading="lazy" decoding="async" onError={again}
    />
  );
}
