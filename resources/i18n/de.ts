<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>numbers</name>
    <message>
        <source>0.5</source>
        <translation>0,5</translation>
    </message>
</context>
<context>
    <name>diagnoses</name>
    <message>
        <source>Actinic keratosis or Bowen's disease</source>
        <translation>Aktinische Keratose oder Morbus Bowen</translation>
    </message>
    <message>
        <source>Basal cell carcinoma</source>
        <translation>Basalzellkarzinom</translation>
    </message>
    <message>
        <source>Benign keratosis</source>
        <translation>Benigne Keratose</translation>
    </message>
    <message>
        <source>Dermatofibroma</source>
        <translation>Dermatofibrom</translation>
    </message>
    <message>
        <source>Melanoma</source>
        <translation>Melanom</translation>
    </message>
    <message>
        <source>Melanocytic nevus</source>
        <translation>Melanozytärer Nävus</translation>
    </message>
    <message>
        <source>Vascular lesion</source>
        <translation>Gefäßläsion</translation>
    </message>
</context>
<context>
    <name>sites</name>
    <message>
        <source>Scalp</source>
        <translation>Kopfhaut</translation>
    </message>
    <message>
        <source>Face</source>
        <translation>Gesicht</translation>
    </message>
    <message>
        <source>Ear</source>
        <translation>Ohr</translation>
    </message>
    <message>
        <source>Neck</source>
        <translation>Hals</translation>
    </message>
    <message>
        <source>Chest</source>
        <translation>Brust</translation>
    </message>
    <message>
        <source>Abdomen</source>
        <translation>Bauch</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Rücken</translation>
    </message>
    <message>
        <source>Buttocks</source>
        <translation>Gesäß</translation>
    </message>
    <message>
        <source>Genital area</source>
        <translation>Genitalbereich</translation>
    </message>
    <message>
        <source>Shoulder</source>
        <translation>Schulter</translation>
    </message>
    <message>
        <source>Upper arm</source>
        <translation>Oberarm</translation>
    </message>
    <message>
        <source>Forearm</source>
        <translation>Unterarm</translation>
    </message>
    <message>
        <source>Hand</source>
        <translation>Hand</translation>
    </message>
    <message>
        <source>Thigh</source>
        <translation>Oberschenkel</translation>
    </message>
    <message>
        <source>Lower leg</source>
        <translation>Unterschenkel</translation>
    </message>
    <message>
        <source>Foot</source>
        <translation>Fuß</translation>
    </message>
    <message>
        <source>Palm or sole</source>
        <translation>Handfläche oder Fußsohle</translation>
    </message>
    <message>
        <source>Nail</source>
        <translation>Nagel</translation>
    </message>
    <message>
        <source>Mucosa</source>
        <translation>Schleimhaut</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>Links</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Rechts</translation>
    </message>
    <message>
        <source>Midline</source>
        <translation>Mittellinie</translation>
    </message>
</context>
<context>
    <name>report</name>
    <message>
        <source>Report on a dermatoscope photo</source>
        <translation>Bericht zu einem Dermatoskopbild</translation>
    </message>
    <message>
        <source>Report on one lesion</source>
        <translation>Bericht zu einer Läsion</translation>
    </message>
    <message>
        <source>Report on {count} dermatoscope photos</source>
        <translation>Bericht zu {count} Dermatoskopbildern</translation>
    </message>
    <message>
        <source>Estimates of a neural network, for research use.</source>
        <translation>Schätzungen eines neuronalen Netzes, nur für die Forschung.</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Answered</source>
        <translation>Beantwortet</translation>
    </message>
    <message>
        <source>Not answered</source>
        <translation>Nicht beantwortet</translation>
    </message>
    <message>
        <source>Malignant is more probable than not</source>
        <translation>Eher maligne als nicht</translation>
    </message>
    <message>
        <source>Program: {name} {version}, SHA-256 {hash}</source>
        <translation>Programm: {name} {version}, SHA-256 {hash}</translation>
    </message>
    <message>
        <source>Model: {name}, SHA-256 {hash}</source>
        <translation>Modell: {name}, SHA-256 {hash}</translation>
    </message>
    <message>
        <source>Photo: {name}, SHA-256 {hash}</source>
        <translation>Bild: {name}, SHA-256 {hash}</translation>
    </message>
    <message>
        <source>All figures are attached to this file as data. A file that is signed shows any later change in every PDF reader that checks signatures, and to the command “kndnet verify”. Paper can't be checked.</source>
        <translation>Alle Werte liegen dieser Datei als Daten bei. Ist die Datei signiert, so zeigt jedes PDF-Programm, das Signaturen prüft, jede spätere Änderung, ebenso der Befehl „kndnet verify“. Papier lässt sich nicht prüfen.</translation>
    </message>
    <message>
        <source>Photo {number} of {count}: {name}</source>
        <translation>Bild {number} von {count}: {name}</translation>
    </message>
    <message>
        <source>; printed with {width} × {height}</source>
        <translation>; gedruckt mit {width} × {height}</translation>
    </message>
    <message>
        <source>; only the part inside the frame was looked at</source>
        <translation>; nur der Ausschnitt im Rahmen wurde betrachtet</translation>
    </message>
    <message>
        <source>The lesion seen through a dermatoscope, from the file {name}</source>
        <translation>Die Läsion durch das Dermatoskop gesehen, aus der Datei {name}</translation>
    </message>
    <message>
        <source>The same photo with a heat map: coloured where the picture speaks for {diagnosis}</source>
        <translation>Dasselbe Bild mit Wärmekarte: farbig, wo es für diese Diagnose spricht: {diagnosis}</translation>
    </message>
    <message>
        <source>Photo of {width} × {height} pixels</source>
        <translation>Bild mit {width} × {height} Bildpunkten</translation>
    </message>
    <message>
        <source>What speaks for {diagnosis}:</source>
        <translation>Was dafür spricht: {diagnosis}</translation>
    </message>
    <message>
        <source>Malignant or pre-malignant: {share}</source>
        <translation>Maligne oder prämaligne: {share}</translation>
    </message>
    <message>
        <source>Sum of: {diagnoses}</source>
        <translation>Summe aus: {diagnoses}</translation>
    </message>
    <message>
        <source>{diagnosis} is most probable</source>
        <translation>Am wahrscheinlichsten: {diagnosis}</translation>
    </message>
    <message>
        <source>Uncertain, perhaps {diagnosis}</source>
        <translation>Unsicher, vielleicht {diagnosis}</translation>
    </message>
    <message>
        <source>Second opinion (larger network): {diagnosis} {share}, malignant or pre-malignant {malignant}</source>
        <translation>Zweite Meinung (größeres Netz): {diagnosis} {share}, maligne oder prämaligne {malignant}</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Record number</source>
        <translation>Aktennummer</translation>
    </message>
    <message>
        <source>Born</source>
        <translation>Geboren</translation>
    </message>
    <message>
        <source>Body site</source>
        <translation>Körperstelle</translation>
    </message>
    <message>
        <source>Fitzpatrick skin type</source>
        <translation>Hauttyp nach Fitzpatrick</translation>
    </message>
    <message>
        <source>probabilities as if every class were equally frequent (“balanced”)</source>
        <translation>Wahrscheinlichkeiten, als wären alle Klassen gleich häufig („balanced“)</translation>
    </message>
    <message>
        <source>probabilities as frequent as in the training data (“accuracy”)</source>
        <translation>Wahrscheinlichkeiten nach der Häufigkeit in den Trainingsdaten („accuracy“)</translation>
    </message>
    <message>
        <source>of {date}, {parameters} parameters; {mode}</source>
        <translation>vom {date}, {parameters} Parameter; {mode}</translation>
    </message>
    <message>
        <source>No figure has been measured for this model yet.</source>
        <translation>Für dieses Modell ist noch nichts gemessen.</translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <translation>{low} bis {high}</translation>
    </message>
    <message>
        <source>{data}, {count} photos</source>
        <translation>{data}, {count} Bilder</translation>
    </message>
    <message>
        <source>Logo of the clinic</source>
        <translation>Logo der Praxis</translation>
    </message>
    <message>
        <source>Made on</source>
        <translation>Erstellt am</translation>
    </message>
    <message>
        <source>How well the model did in tests</source>
        <translation>Wie gut das Modell in Tests war</translation>
    </message>
    <message>
        <source>Figure</source>
        <translation>Kennzahl</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95-%-Intervall</translation>
    </message>
    <message>
        <source>Measured on</source>
        <translation>Gemessen an</translation>
    </message>
    <message>
        <source>Page {page} of {pages}</source>
        <translation>Seite {page} von {pages}</translation>
    </message>
    <message>
        <source>For research use: estimates of a neural network from a photo. Not a medical device, no diagnosis, and no substitute for a clinician's examination or for histology.</source>
        <translation>Nur für die Forschung: Schätzungen eines neuronalen Netzes nach einem Bild. Kein Medizinprodukt, keine Diagnose und kein Ersatz für die ärztliche Untersuchung oder die Histologie.</translation>
    </message>
    <message>
        <source>The results and settings of this report, for programs</source>
        <translation>Ergebnisse und Einstellungen dieses Berichts, für Programme</translation>
    </message>
    <message>
        <source>little</source>
        <translation>wenig</translation>
    </message>
    <message>
        <source>much</source>
        <translation>viel</translation>
    </message>
    <message>
        <source>Malignant</source>
        <translation>Maligne</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>Diagnosis</source>
        <translation>Diagnose</translation>
    </message>
    <message>
        <source>Bar</source>
        <translation>Balken</translation>
    </message>
    <message>
        <source>Probability</source>
        <translation>Wahrscheinlichkeit</translation>
    </message>
    <message>
        <source>Second opinion</source>
        <translation>Zweite Meinung</translation>
    </message>
    <message>
        <source>No patient data were entered.</source>
        <translation>Es wurden keine Patientendaten eingetragen.</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>To know about this photo</source>
        <translation>Zu diesem Bild</translation>
    </message>
    <message>
        <source>The clinician's assessment</source>
        <translation>Ärztliche Beurteilung</translation>
    </message>
    <message>
        <source>Place and date</source>
        <translation>Ort und Datum</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Unterschrift</translation>
    </message>
    <message>
        <source>Where this comes from</source>
        <translation>Woher dies stammt</translation>
    </message>
    <message>
        <source>To review, most suspicious first</source>
        <translation>Durchzusehen, das Verdächtigste zuerst</translation>
    </message>
    <message>
        <source>Sorted by the probability of a malignant or pre-malignant lesion.</source>
        <translation>Geordnet nach der Wahrscheinlichkeit einer malignen oder prämalignen Läsion.</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>Nr.</translation>
    </message>
    <message>
        <source>Photo</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Most probable</source>
        <translation>Am wahrscheinlichsten</translation>
    </message>
    <message>
        <source>Malignant or pre-malignant</source>
        <translation>Maligne oder prämaligne</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>Each photo</source>
        <translation>Jedes Bild</translation>
    </message>
    <message>
        <source>Characters that this report has no font for are printed as {sign}: {names}. The attached data hold them.</source>
        <translation>Zeichen, für die dieser Bericht keine Schrift hat, sind als {sign} gedruckt: {names}. Die beigelegten Daten enthalten sie.</translation>
    </message>
</context>
<context>
    <name>findings</name>
    <message>
        <source>The picture is very long; only its middle was looked at.</source>
        <translation>Das Bild ist sehr lang; nur seine Mitte wurde betrachtet.</translation>
    </message>
    <message>
        <source>There are few pixels here; fine structures can't be judged.</source>
        <translation>Hier sind nur wenige Bildpunkte; feine Strukturen lassen sich nicht beurteilen.</translation>
    </message>
    <message>
        <source>The file holds {frames} {many}; only the first is used.</source>
        <translation>Die Datei enthält {frames} Bilder; nur das erste wird verwendet.</translation>
    </message>
    <message>
        <source>Transparent spots are shown white.</source>
        <translation>Durchsichtige Stellen sind weiß dargestellt.</translation>
    </message>
    <message>
        <source>Colours were converted from the photo's own colour profile.</source>
        <translation>Die Farben wurden nach dem Farbprofil des Bildes umgerechnet.</translation>
    </message>
    <message>
        <source>The photo's colour profile can't be used; its colours may be slightly off.</source>
        <translation>Das Farbprofil des Bildes ist nicht verwendbar; die Farben können etwas abweichen.</translation>
    </message>
    <message>
        <source>This is a print (CMYK) picture without a colour profile; its colours may be off.</source>
        <translation>Dies ist ein Druckbild (CMYK) ohne Farbprofil; die Farben können abweichen.</translation>
    </message>
    <message>
        <source>Only the part inside the frame was looked at.</source>
        <translation>Nur der Ausschnitt im Rahmen wurde betrachtet.</translation>
    </message>
    <message>
        <source>This file is empty.</source>
        <translation>Diese Datei ist leer.</translation>
    </message>
    <message>
        <source>There is no such file.</source>
        <translation>Diese Datei gibt es nicht.</translation>
    </message>
    <message>
        <source>It may have been moved or renamed.</source>
        <translation>Sie wurde vielleicht verschoben oder umbenannt.</translation>
    </message>
    <message>
        <source>This picture is damaged or incomplete.</source>
        <translation>Dieses Bild ist beschädigt oder unvollständig.</translation>
    </message>
    <message>
        <source>Copy it from the camera again.</source>
        <translation>Kopieren Sie es noch einmal von der Kamera.</translation>
    </message>
    <message>
        <source>This is not a picture that can be read.</source>
        <translation>Dies ist kein lesbares Bild.</translation>
    </message>
    <message>
        <source>Use JPEG, PNG, BMP, WebP or TIFF.</source>
        <translation>Verwenden Sie JPEG, PNG, BMP, WebP oder TIFF.</translation>
    </message>
    <message>
        <source>This file can't be read: {reason}.</source>
        <translation>Diese Datei lässt sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>Almost all pictures show light skin, from Austria and Australia.</source>
        <translation>Fast alle Bilder zeigen helle Haut, aus Österreich und Australien.</translation>
    </message>
    <message>
        <source>Dermatofibroma (115 pictures) and vascular lesions (142) are rare in the data: their figures are uncertain.</source>
        <translation>Dermatofibrome (115 Bilder) und Gefäßläsionen (142) sind in den Daten selten: ihre Kennzahlen sind unsicher.</translation>
    </message>
    <message>
        <source>Seven diagnoses only: anything else is forced into one of them.</source>
        <translation>Nur sieben Diagnosen: alles andere wird in eine davon gezwungen.</translation>
    </message>
    <message>
        <source>accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>balanced accuracy</source>
        <translation>ausgewogene Genauigkeit</translation>
    </message>
    <message>
        <source>macro-F1</source>
        <translation>Makro-F1</translation>
    </message>
</context>
</TS>
