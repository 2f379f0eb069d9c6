<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>numbers</name>
    <message>
        <source>0.5</source>
        <translation>0,5</translation>
    </message>
    <message>
        <source>1,000</source>
        <translation>1.000</translation>
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
        <source>probabilities that give rare classes more weight than the data did (“balanced”)</source>
        <translation>Wahrscheinlichkeiten, die seltene Klassen stärker gewichten als die Daten („balanced“)</translation>
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
        <source>Figure (95 % interval)</source>
        <translation>Kennzahl (95-%-Intervall)</translation>
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
        <source>0 to 100 %</source>
        <translation>0 bis 100 %</translation>
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
    <message>
        <source>Consider biopsy or referral</source>
        <translation>Biopsie oder Überweisung erwägen</translation>
    </message>
    <message>
        <source>No malignancy signal</source>
        <translation>Kein Hinweis auf Malignität</translation>
    </message>
    <message>
        <source>No malignancy signal, but not ruled out</source>
        <translation>Kein Hinweis auf Malignität, aber nicht ausgeschlossen</translation>
    </message>
    <message>
        <source>Set for {target} sensitivity; measured: sensitivity {sensitivity}, specificity {specificity}, with 95 % intervals, on {count} photos of {data}.</source>
        <translation>Eingestellt auf {target} Sensitivität; gemessen: Sensitivität {sensitivity}, Spezifität {specificity}, mit 95-%-Intervallen, an {count} Bildern von {data}.</translation>
    </message>
    <message>
        <source>Could be: {diagnoses}</source>
        <translation>Möglich: {diagnoses}</translation>
    </message>
    <message>
        <source>Could be any of the {count} diagnoses</source>
        <translation>Jede der {count} Diagnosen ist möglich</translation>
    </message>
    <message>
        <source>The list is made to hold the right one of the classes for {share} of the lesions of each class.</source>
        <translation>Die Liste ist so bemessen, dass sie bei {share} der Läsionen jeder Klasse die richtige Klasse enthält.</translation>
    </message>
    <message>
        <source>Another diagnosis with {count} of {views} small changes of the photo; with 8 in 10 of them, malignant or pre-malignant is {band}.</source>
        <translation>Eine andere Diagnose bei {count} von {views} kleinen Änderungen des Bildes; bei 8 von 10 davon: maligne oder prämaligne {band}.</translation>
    </message>
    <message>
        <source>malignant {share}</source>
        <translation>maligne {share}</translation>
    </message>
    <message>
        <source>malignant or pre-malignant</source>
        <translation>maligne oder prämaligne</translation>
    </message>
    <message>
        <source>Second opinion: {diagnosis}, {malignant}</source>
        <translation>Zweite Meinung: {diagnosis}, {malignant}</translation>
    </message>
    <message>
        <source>Note: {remark}</source>
        <translation>Hinweis: {remark}</translation>
    </message>
    <message>
        <source>The second opinion recommends the same.</source>
        <translation>Die zweite Meinung empfiehlt dasselbe.</translation>
    </message>
    <message>
        <source>Warning sign: the second opinion differs (“{recommendation}”), which in tests came with wrong recommendations.</source>
        <translation>Warnzeichen: Die zweite Meinung weicht ab („{recommendation}“); das ging in Tests mit falschen Empfehlungen einher.</translation>
    </message>
    <message>
        <source>The second opinion differs (“{recommendation}”); whether that is a sign of error was not measured.</source>
        <translation>Die zweite Meinung weicht ab („{recommendation}“); ob das auf einen Fehler hinweist, ist nicht gemessen.</translation>
    </message>
    <message>
        <source>The second opinion differs (“{recommendation}”); in tests that was no better sign of error than the answer's own uncertainty.</source>
        <translation>Die zweite Meinung weicht ab („{recommendation}“); in Tests wies das nicht besser auf Fehler hin als die eigene Unsicherheit der Antwort.</translation>
    </message>
    <message>
        <source>Without the ink</source>
        <translation>Ohne die Stiftmarkierung</translation>
    </message>
    <message>
        <source>Without the hair</source>
        <translation>Ohne die Haare</translation>
    </message>
    <message>
        <source>Without the ruler</source>
        <translation>Ohne den Maßstab</translation>
    </message>
    <message>
        <source>Without the bubbles</source>
        <translation>Ohne die Blasen</translation>
    </message>
    <message>
        <source>Without the reflections</source>
        <translation>Ohne die Spiegelungen</translation>
    </message>
    <message>
        <source>Without “{artefact}”</source>
        <translation>Ohne „{artefact}“</translation>
    </message>
    <message>
        <source>{what} from {before} to {after}</source>
        <translation>{what} von {before} auf {after}</translation>
    </message>
    <message>
        <source>then most probable: {diagnosis}</source>
        <translation>dann am wahrscheinlichsten: {diagnosis}</translation>
    </message>
    <message>
        <source>then: {recommendation}</source>
        <translation>dann: {recommendation}</translation>
    </message>
    <message>
        <source>the same answer</source>
        <translation>dieselbe Antwort</translation>
    </message>
    <message>
        <source>Not judged, as the model's card has no figures for it: {parts}.</source>
        <translation>Nicht beurteilt, da die Modellkarte dafür keine Werte hat: {parts}.</translation>
    </message>
    <message>
        <source>a recommendation</source>
        <translation>eine Empfehlung</translation>
    </message>
    <message>
        <source>a recommendation of the second opinion</source>
        <translation>eine Empfehlung der zweiten Meinung</translation>
    </message>
    <message>
        <source>what else it could be</source>
        <translation>was es sonst sein könnte</translation>
    </message>
    <message>
        <source>whether this is a dermatoscope photo</source>
        <translation>ob dies ein Dermatoskopbild ist</translation>
    </message>
    <message>
        <source>the quality of the photo</source>
        <translation>die Qualität des Bildes</translation>
    </message>
    <message>
        <source>{count} not answered: {parts}</source>
        <translation>{count} nicht beantwortet: {parts}</translation>
    </message>
    <message>
        <source>1 is no dermatoscope photo</source>
        <translation>1 ist kein Dermatoskopbild</translation>
    </message>
    <message>
        <source>{count} are no dermatoscope photos</source>
        <translation>{count} sind keine Dermatoskopbilder</translation>
    </message>
    <message>
        <source>{count} could not be read</source>
        <translation>{count} nicht lesbar</translation>
    </message>
    <message>
        <source>Under small changes</source>
        <translation>Bei kleinen Änderungen</translation>
    </message>
    <message>
        <source>Biopsy or referral</source>
        <translation>Biopsie, Überweisung</translation>
    </message>
    <message>
        <source>Recommendation</source>
        <translation>Empfehlung</translation>
    </message>
    <message>
        <source>Not answered: no dermatoscope photo</source>
        <translation>Nicht beantwortet: kein Dermatoskopbild</translation>
    </message>
    <message>
        <source>Not answered: could not be read</source>
        <translation>Nicht beantwortet: nicht lesbar</translation>
    </message>
    <message>
        <source>consider</source>
        <translation>erwägen</translation>
    </message>
    <message>
        <source>not ruled out</source>
        <translation>nicht ausgeschlossen</translation>
    </message>
    <message>
        <source>no signal</source>
        <translation>kein Hinweis</translation>
    </message>
    <message>
        <source>from when on an answer is not steady</source>
        <translation>ab wann eine Antwort nicht stabil ist</translation>
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
        <translation>Vielleicht wurde etwas verschoben oder umbenannt.</translation>
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
        <source>This is a HEIC or AVIF photo or a video, which can't be read.</source>
        <translation>Dies ist ein HEIC- oder AVIF-Foto oder ein Video und kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>Save it as JPEG on the phone or camera.</source>
        <translation>Speichern Sie es auf dem Telefon oder der Kamera als JPEG.</translation>
    </message>
    <message>
        <source>This is a DICOM file, which can't be read yet.</source>
        <translation>Dies ist eine DICOM-Datei; sie kann noch nicht gelesen werden.</translation>
    </message>
    <message>
        <source>Export it as JPEG or PNG.</source>
        <translation>Exportieren Sie sie als JPEG oder PNG.</translation>
    </message>
    <message>
        <source>This is a PDF document, not a photo.</source>
        <translation>Dies ist ein PDF-Dokument und kein Foto.</translation>
    </message>
    <message>
        <source>This is a web page or a drawing, not a photo.</source>
        <translation>Dies ist eine Webseite oder eine Zeichnung und kein Foto.</translation>
    </message>
    <message>
        <source>Open the photo itself.</source>
        <translation>Öffnen Sie das Foto selbst.</translation>
    </message>
    <message>
        <source>This picture is too large (the limit is {limit} million pixels).</source>
        <translation>Dieses Bild ist zu groß (die Grenze liegt bei {limit} Millionen Pixeln).</translation>
    </message>
    <message>
        <source>This picture is too large ({width} × {height} pixels; the limit is {limit} million pixels).</source>
        <translation>Dieses Bild ist zu groß ({width} × {height} Pixel; die Grenze liegt bei {limit} Millionen Pixeln).</translation>
    </message>
    <message>
        <source>Save a smaller copy.</source>
        <translation>Speichern Sie eine kleinere Kopie.</translation>
    </message>
    <message>
        <source>The program failed on this picture ({error}). Please report it.</source>
        <translation>Das Programm ist an diesem Bild gescheitert ({error}). Bitte melden Sie das.</translation>
    </message>
    <message>
        <source>This file can't be read: {reason}.</source>
        <translation>Diese Datei lässt sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>permission denied</source>
        <translation>Zugriff verweigert</translation>
    </message>
    <message>
        <source>operation not permitted</source>
        <translation>nicht erlaubt</translation>
    </message>
    <message>
        <source>no space left on device</source>
        <translation>kein Platz mehr auf dem Datenträger</translation>
    </message>
    <message>
        <source>read-only file system</source>
        <translation>der Datenträger ist schreibgeschützt</translation>
    </message>
    <message>
        <source>input/output error</source>
        <translation>Lese- oder Schreibfehler</translation>
    </message>
    <message>
        <source>no such file or directory</source>
        <translation>Datei oder Ordner ist nicht vorhanden</translation>
    </message>
    <message>
        <source>not a directory</source>
        <translation>kein Ordner</translation>
    </message>
    <message>
        <source>is a directory</source>
        <translation>ist ein Ordner</translation>
    </message>
    <message>
        <source>device or resource busy</source>
        <translation>wird gerade von einem anderen Programm benutzt</translation>
    </message>
    <message>
        <source>file name too long</source>
        <translation>der Dateiname ist zu lang</translation>
    </message>
    <message>
        <source>too many levels of symbolic links</source>
        <translation>die Verknüpfung führt im Kreis</translation>
    </message>
    <message>
        <source>unknown reason</source>
        <translation>unbekannter Grund</translation>
    </message>
    <message>
        <source>Almost all pictures show light skin, from Austria and Australia.</source>
        <translation>Fast alle Bilder zeigen helle Haut, aus Österreich und Australien.</translation>
    </message>
    <message>
        <source>Dermatofibroma (115 pictures) and vascular lesions (142) are rare: their figures are uncertain.</source>
        <translation>Dermatofibrome (115 Bilder) und Gefäßläsionen (142) sind selten: ihre Kennzahlen sind unsicher.</translation>
    </message>
    <message>
        <source>Seven diagnoses only: anything else is forced into one of them.</source>
        <translation>Nur sieben Diagnosen: alles andere wird in eine davon gezwungen.</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Balanced accuracy</source>
        <translation>Ausgewogene Genauigkeit</translation>
    </message>
    <message>
        <source>Melanomas recognised (recall)</source>
        <translation>Erkannte Melanome (Sensitivität)</translation>
    </message>
    <message>
        <source>Melanoma against the rest (AUC)</source>
        <translation>Melanom gegen alles andere (AUC)</translation>
    </message>
    <message>
        <source>This does not look like a dermatoscope photo of a lesion, so it is not answered. Take the photo through the dermatoscope, with the lesion filling much of it.</source>
        <translation>Dies sieht nicht nach einem Dermatoskopbild einer Läsion aus und wird deshalb nicht beantwortet. Nehmen Sie das Bild durch das Dermatoskop auf, sodass die Läsion es großenteils ausfüllt.</translation>
    </message>
    <message>
        <source>This does not look like a dermatoscope photo of a lesion; the answer is shown because you asked for it.</source>
        <translation>Dies sieht nicht nach einem Dermatoskopbild einer Läsion aus; die Antwort steht hier, weil Sie danach gefragt haben.</translation>
    </message>
    <message>
        <source>Small changes of the photo change the answer; take another photo and compare.</source>
        <translation>Kleine Änderungen des Bildes ändern die Antwort; nehmen Sie noch ein Bild auf und vergleichen Sie.</translation>
    </message>
    <message>
        <source>The photo is out of focus; hold the dermatoscope steady and take it again.</source>
        <translation>Das Bild ist unscharf; halten Sie das Dermatoskop ruhig und nehmen Sie es noch einmal auf.</translation>
    </message>
    <message>
        <source>The photo is too dark; switch the dermatoscope's light on or lengthen the exposure, and take it again.</source>
        <translation>Das Bild ist zu dunkel; schalten Sie das Licht des Dermatoskops ein oder belichten Sie länger, und nehmen Sie es noch einmal auf.</translation>
    </message>
    <message>
        <source>The photo is overexposed, so pale structures are lost; shorten the exposure and take it again.</source>
        <translation>Das Bild ist überbelichtet, helle Strukturen sind verloren; belichten Sie kürzer und nehmen Sie es noch einmal auf.</translation>
    </message>
    <message>
        <source>The lesion runs out of the frame; move back, or to the middle of the lesion, and take it again.</source>
        <translation>Die Läsion ragt aus dem Bild; gehen Sie weiter weg oder auf ihre Mitte, und nehmen Sie es noch einmal auf.</translation>
    </message>
    <message>
        <source>The lesion fills little of the frame; move closer, or draw the frame around the lesion.</source>
        <translation>Die Läsion füllt wenig vom Bild aus; gehen Sie näher heran oder ziehen Sie den Rahmen um die Läsion.</translation>
    </message>
    <message>
        <source>Reflections hide a part of the skin; use polarised light or more contact fluid and take it again.</source>
        <translation>Spiegelungen verdecken einen Teil der Haut; nehmen Sie polarisiertes Licht oder mehr Kontaktflüssigkeit, und nehmen Sie es noch einmal auf.</translation>
    </message>
    <message>
        <source>Hair lies across the photo; part or trim it and take the photo again.</source>
        <translation>Haare liegen über dem Bild; scheiteln oder kürzen Sie sie und nehmen Sie das Bild noch einmal auf.</translation>
    </message>
    <message>
        <source>There are pen marks in the photo; clean the skin, or frame the lesion without them.</source>
        <translation>Im Bild sind Stiftmarkierungen; reinigen Sie die Haut oder rahmen Sie die Läsion ohne sie ein.</translation>
    </message>
    <message>
        <source>A scale is in the photo; frame the lesion without it.</source>
        <translation>Im Bild ist ein Maßstab; rahmen Sie die Läsion ohne ihn ein.</translation>
    </message>
    <message>
        <source>There are bubbles in the contact fluid; smooth it out and take the photo again.</source>
        <translation>In der Kontaktflüssigkeit sind Blasen; streichen Sie sie aus und nehmen Sie das Bild noch einmal auf.</translation>
    </message>
</context>
<context>
    <name>window</name>
    <message>
        <source>Body map: point at the place of the lesion</source>
        <translation>Körperkarte: Zeigen Sie auf die Stelle der Läsion</translation>
    </message>
    <message>
        <source>Preview of the report</source>
        <translation>Vorschau des Berichts</translation>
    </message>
    <message>
        <source>Previous page</source>
        <translation>Vorige Seite</translation>
    </message>
    <message>
        <source>Next page</source>
        <translation>Nächste Seite</translation>
    </message>
    <message>
        <source>The preview is being drawn…</source>
        <translation>Die Vorschau wird gezeichnet…</translation>
    </message>
    <message>
        <source>Sign it, so that every later change shows</source>
        <translation>Signieren, damit jede spätere Änderung auffällt</translation>
    </message>
    <message>
        <source>Side</source>
        <translation>Seite</translation>
    </message>
    <message>
        <source>All of this is optional</source>
        <translation>Alles hier ist freiwillig</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>&amp;Record number</source>
        <translation>&amp;Aktennummer</translation>
    </message>
    <message>
        <source>&amp;Born</source>
        <translation>&amp;Geboren</translation>
    </message>
    <message>
        <source>&amp;Fitzpatrick skin type</source>
        <translation>&amp;Hauttyp nach Fitzpatrick</translation>
    </message>
    <message>
        <source>N&amp;otes</source>
        <translation>N&amp;otizen</translation>
    </message>
    <message>
        <source>Your &amp;assessment</source>
        <translation>Ihre &amp;Beurteilung</translation>
    </message>
    <message>
        <source>Remembered for the next report</source>
        <translation>Wird für den nächsten Bericht behalten</translation>
    </message>
    <message>
        <source>&amp;Clinic</source>
        <translation>&amp;Praxis</translation>
    </message>
    <message>
        <source>A&amp;ddress</source>
        <translation>Ans&amp;chrift</translation>
    </message>
    <message>
        <source>Lo&amp;go</source>
        <translation>&amp;Logo</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>S&amp;prache</translation>
    </message>
    <message>
        <source>Report &amp;language</source>
        <translation>Sp&amp;rache des Berichts</translation>
    </message>
    <message>
        <source>&amp;Paper</source>
        <translation>Pap&amp;ier</translation>
    </message>
    <message>
        <source>Pictures (*.png *.jpg *.jpeg)</source>
        <translation>Bilder (*.png *.jpg *.jpeg)</translation>
    </message>
    <message>
        <source>Choose a logo</source>
        <translation>Logo wählen</translation>
    </message>
    <message>
        <source>Remove the logo</source>
        <translation>Logo entfernen</translation>
    </message>
    <message>
        <source>Choose a logo…</source>
        <translation>Logo wählen…</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Cop&amp;y page</source>
        <translation>Seite &amp;kopieren</translation>
    </message>
    <message>
        <source>Pr&amp;int…</source>
        <translation>&amp;Drucken…</translation>
    </message>
    <message>
        <source>&amp;Save…</source>
        <translation>&amp;Speichern…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>The pages are being drawn for the printer…</source>
        <translation>Die Seiten werden für den Drucker gezeichnet…</translation>
    </message>
    <message>
        <source>The heat map is not there yet; try again in a moment.</source>
        <translation>Die Wärmekarte ist noch nicht da; versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>These are {count} photos; one report takes up to {most}. Filter the rows.</source>
        <translation>Das sind {count} Bilder; ein Bericht fasst höchstens {most}. Bitte filtern Sie die Zeilen.</translation>
    </message>
    <message>
        <source>What the run says of the photo</source>
        <translation>Was der Durchgang zu dem Bild sagt</translation>
    </message>
    <message>
        <source>The run in numbers</source>
        <translation>Der Durchgang in Zahlen</translation>
    </message>
    <message>
        <source>Another photo has taken the place of this file since.</source>
        <translation>Inzwischen liegt ein anderes Foto an der Stelle dieser Datei.</translation>
    </message>
    <message>
        <source>The report is being saved…</source>
        <translation>Der Bericht wird gespeichert…</translation>
    </message>
    <message>
        <source>No font here has: {characters}</source>
        <translation>Keine Schrift hier hat: {characters}</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>Bericht speichern</translation>
    </message>
    <message>
        <source>Saved “{name}”.</source>
        <translation>„{name}“ ist gespeichert.</translation>
    </message>
    <message>
        <source>Choose a passphrase for the key that signs reports. This computer has no keyring to keep it.</source>
        <translation>Wählen Sie ein Kennwort für den Schlüssel, der Berichte signiert. Dieser Computer hat keinen Schlüsselbund dafür.</translation>
    </message>
    <message>
        <source>Passphrase of the key that signs reports:</source>
        <translation>Kennwort des Schlüssels, der Berichte signiert:</translation>
    </message>
    <message>
        <source>Signing key</source>
        <translation>Signaturschlüssel</translation>
    </message>
    <message>
        <source>The same passphrase once more:</source>
        <translation>Dasselbe Kennwort noch einmal:</translation>
    </message>
    <message>
        <source>The two passphrases differ. Choose a passphrase and type it twice.</source>
        <translation>Die beiden Kennwörter stimmen nicht überein. Wählen Sie ein Kennwort und geben Sie es zweimal ein.</translation>
    </message>
    <message>
        <source>Nothing was saved.</source>
        <translation>Nichts wurde gespeichert.</translation>
    </message>
    <message>
        <source>The printer can't be reached.</source>
        <translation>Der Drucker ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>Sent to the printer.</source>
        <translation>An den Drucker gesandt.</translation>
    </message>
    <message>
        <source>The page is copied as a picture.</source>
        <translation>Die Seite ist als Bild kopiert.</translation>
    </message>
    <message>
        <source>Report on many photos</source>
        <translation>Bericht zu vielen Bildern</translation>
    </message>
    <message>
        <source>Photos done</source>
        <translation>Fertige Bilder</translation>
    </message>
    <message>
        <source>{count} photos</source>
        <translation>{count} Bilder</translation>
    </message>
    <message>
        <source>1 photo</source>
        <translation>1 Bild</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>The report is being made…</source>
        <translation>Der Bericht wird erstellt…</translation>
    </message>
    <message>
        <source>Verify a report</source>
        <translation>Bericht prüfen</translation>
    </message>
    <message>
        <source>Compute again from the &amp;photo…</source>
        <translation>Aus dem &amp;Bild neu berechnen…</translation>
    </message>
    <message>
        <source>The report is being checked…</source>
        <translation>Der Bericht wird geprüft…</translation>
    </message>
    <message>
        <source>Key: {fingerprint}</source>
        <translation>Schlüssel: {fingerprint}</translation>
    </message>
    <message>
        <source>The photo that the report is about</source>
        <translation>Das Bild, um das es im Bericht geht</translation>
    </message>
</context>
<context>
    <name>proof</name>
    <message>
        <source>Intact and reproduced: no byte has changed since it was signed, and the photo gives the same answer here.</source>
        <translation>Unversehrt und nachgerechnet: Seit der Signatur hat sich kein Byte geändert, und das Bild ergibt hier dieselbe Antwort.</translation>
    </message>
    <message>
        <source>Intact: no byte has changed since it was signed.</source>
        <translation>Unversehrt: Seit der Signatur hat sich kein Byte geändert.</translation>
    </message>
    <message>
        <source>Intact but not reproducible here: the report comes from another version of the model.</source>
        <translation>Unversehrt, aber hier nicht nachrechenbar: Der Bericht stammt von einer anderen Fassung des Modells.</translation>
    </message>
    <message>
        <source>Not reproduced: the signature is intact, but the photo does not give this report's answer.</source>
        <translation>Nicht bestätigt: Die Signatur ist unversehrt, aber das Bild ergibt nicht die Antwort dieses Berichts.</translation>
    </message>
    <message>
        <source>Not signed: whether anything was changed can't be told.</source>
        <translation>Nicht signiert: Ob etwas geändert wurde, lässt sich nicht sagen.</translation>
    </message>
    <message>
        <source>Altered: this is not the file that was signed.</source>
        <translation>Verändert: Dies ist nicht die Datei, die signiert wurde.</translation>
    </message>
    <message>
        <source>This is not a report of KNDNet Desktop.</source>
        <translation>Dies ist kein Bericht von KNDNet Desktop.</translation>
    </message>
    <message>
        <source>The key that signed it is unknown here. That proves integrity, not authorship: nothing has changed since somebody signed it, but anybody can make such a key.</source>
        <translation>Der Schlüssel, der ihn signiert hat, ist hier unbekannt. Das beweist Unversehrtheit, nicht Urheberschaft: Nichts hat sich geändert, seit jemand ihn signiert hat, aber jeder kann einen solchen Schlüssel machen.</translation>
    </message>
    <message>
        <source>It was signed with a key that this computer knows.</source>
        <translation>Er wurde mit einem Schlüssel signiert, den dieser Computer kennt.</translation>
    </message>
    <message>
        <source>Give the photo too, and the answer is computed again.</source>
        <translation>Geben Sie auch das Bild an, dann wird die Antwort neu berechnet.</translation>
    </message>
    <message>
        <source>It was signed again after it was issued.</source>
        <translation>Er wurde nach der Ausstellung noch einmal signiert.</translation>
    </message>
    <message>
        <source>Something was added after it was signed.</source>
        <translation>Nach der Signatur wurde etwas angefügt.</translation>
    </message>
    <message>
        <source>What it shows or holds was changed.</source>
        <translation>Was er zeigt oder enthält, wurde geändert.</translation>
    </message>
    <message>
        <source>The signature was changed.</source>
        <translation>Die Signatur wurde geändert.</translation>
    </message>
    <message>
        <source>The signature can't be read.</source>
        <translation>Die Signatur ist nicht lesbar.</translation>
    </message>
    <message>
        <source>It can't be read as a PDF any more.</source>
        <translation>Er lässt sich nicht mehr als PDF lesen.</translation>
    </message>
    <message>
        <source>It is protected with a password, which reports are not.</source>
        <translation>Die Datei ist mit einem Kennwort geschützt, was Berichte nicht sind.</translation>
    </message>
    <message>
        <source>It is signed, and unchanged since then.</source>
        <translation>Er ist signiert und seitdem unverändert.</translation>
    </message>
    <message>
        <source>“{name}” is not a photo that this report is about.</source>
        <translation>„{name}“ ist kein Bild, um das es in diesem Bericht geht.</translation>
    </message>
    <message>
        <source>“{name}” gives another answer.</source>
        <translation>„{name}“ ergibt eine andere Antwort.</translation>
    </message>
    <message>
        <source>The report: {theirs}. Here: {ours}.</source>
        <translation>Der Bericht: {theirs}. Hier: {ours}.</translation>
    </message>
    <message>
        <source>1 photo of the report was not given, so not computed again.</source>
        <translation>1 Foto des Berichts wurde nicht angegeben, also nicht neu berechnet.</translation>
    </message>
    <message>
        <source>The photo could not be read when the report was made: there is no answer to compute again.</source>
        <translation>Das Foto war nicht lesbar, als der Bericht entstand: Es gibt keine Antwort, die neu zu berechnen wäre.</translation>
    </message>
    <message>
        <source>{count} photos of the report were not given, so not computed again.</source>
        <translation>{count} Bilder des Berichts wurden nicht angegeben und nicht neu berechnet.</translation>
    </message>
    <message>
        <source>The attached data are not complete.</source>
        <translation>Die beigelegten Daten sind unvollständig.</translation>
    </message>
    <message>
        <source>“{text}” is not a date.</source>
        <translation>„{text}“ ist kein Datum.</translation>
    </message>
    <message>
        <source>Write it as year-month-day, like 1961-04-09.</source>
        <translation>Schreiben Sie Jahr-Monat-Tag, wie 1961-04-09.</translation>
    </message>
    <message>
        <source>The clinic's logo “{name}” can't be read.</source>
        <translation>Das Logo der Praxis „{name}“ kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>In the report on one lesion it can be removed, or another chosen.</source>
        <translation>Im Bericht zu einer Läsion lässt es sich entfernen oder ein anderes wählen.</translation>
    </message>
    <message>
        <source>The clinic's logo is not a picture that can be read.</source>
        <translation>Das Logo der Praxis ist kein lesbares Bild.</translation>
    </message>
    <message>
        <source>Use a PNG or JPEG file.</source>
        <translation>Verwenden Sie eine PNG- oder JPEG-Datei.</translation>
    </message>
    <message>
        <source>The report can't be saved as “{name}”: {reason}.</source>
        <translation>Der Bericht lässt sich nicht als „{name}“ speichern: {reason}.</translation>
    </message>
    <message>
        <source>Choose another place or name.</source>
        <translation>Wählen Sie einen anderen Ort oder Namen.</translation>
    </message>
    <message>
        <source>The signing key can't be unlocked: the passphrase is wrong or the key is damaged.</source>
        <translation>Der Signaturschlüssel lässt sich nicht öffnen: Das Kennwort ist falsch oder der Schlüssel beschädigt.</translation>
    </message>
    <message>
        <source>This passphrase can't be used: it is too long, or not all of it is text.</source>
        <translation>Dieses Kennwort lässt sich nicht verwenden: Es ist zu lang oder besteht nicht nur aus Text.</translation>
    </message>
    <message>
        <source>Choose another one.</source>
        <translation>Wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>The network is the same; its card has other thresholds here.</source>
        <translation>Das Netz ist dasselbe; seine Karte hat hier andere Schwellen.</translation>
    </message>
</context>
<context>
    <name>main window</name>
    <message>
        <source>About this program and its models</source>
        <translation>Über dieses Programm und seine Modelle</translation>
    </message>
    <message>
        <source>Classes (▲ counts as malignant or pre-malignant)</source>
        <translation>Klassen (▲ zählt als maligne oder prämaligne)</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>Gemessen</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Grenzen</translation>
    </message>
    <message>
        <source>Training data</source>
        <translation>Trainingsdaten</translation>
    </message>
    <message>
        <source>Licence of the weights</source>
        <translation>Lizenz der Gewichte</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>Tastatur</translation>
    </message>
    <message>
        <source>Teacher</source>
        <translation>Lehrer</translation>
    </message>
    <message>
        <source>No teacher network is installed.</source>
        <translation>Es ist kein Lehrernetz installiert.</translation>
    </message>
    <message>
        <source>Photos of the run</source>
        <translation>Bilder des Durchgangs</translation>
    </message>
    <message>
        <source>Show photos without an answer</source>
        <translation>Bilder ohne Antwort zeigen</translation>
    </message>
    <message>
        <source>There is no photo in the clipboard.</source>
        <translation>In der Zwischenablage ist kein Bild.</translation>
    </message>
    <message>
        <source>Only files on this computer can be opened; nothing is fetched from the network.</source>
        <translation>Nur Dateien auf diesem Computer lassen sich öffnen; aus dem Netz wird nichts geholt.</translation>
    </message>
    <message>
        <source>A fault in KNDNet Desktop</source>
        <translation>Ein Fehler in KNDNet Desktop</translation>
    </message>
    <message>
        <source>The program met a fault of its own. Your photos are untouched, and you can go on working. This report names no photo and no patient; please copy it and send it to whoever looks after the program.</source>
        <translation>Im Programm ist ein Fehler aufgetreten. Ihre Bilder sind unberührt, und Sie können weiterarbeiten. Dieser Bericht nennt kein Bild und keinen Patienten; bitte kopieren Sie ihn und senden Sie ihn dem, der das Programm betreut.</translation>
    </message>
    <message>
        <source>Report of the fault</source>
        <translation>Bericht über den Fehler</translation>
    </message>
    <message>
        <source>&amp;Copy report</source>
        <translation>Bericht &amp;kopieren</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} von {total}</translation>
    </message>
    <message>
        <source>{count} a second</source>
        <translation>{count} pro Sekunde</translation>
    </message>
    <message>
        <source>about {time} left</source>
        <translation>noch etwa {time}</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>&amp;Open photos…</source>
        <translation>Bilder öff&amp;nen…</translation>
    </message>
    <message>
        <source>Open &amp;folder…</source>
        <translation>&amp;Ordner öffnen…</translation>
    </message>
    <message>
        <source>&amp;Paste photo</source>
        <translation>Bild &amp;einfügen</translation>
    </message>
    <message>
        <source>&amp;Save heat map…</source>
        <translation>&amp;Wärmekarte speichern…</translation>
    </message>
    <message>
        <source>&amp;Verify a report…</source>
        <translation>Bericht &amp;prüfen…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Copy result</source>
        <translation>Ergebnis &amp;kopieren</translation>
    </message>
    <message>
        <source>&amp;Previous photo</source>
        <translation>&amp;Voriges Bild</translation>
    </message>
    <message>
        <source>&amp;Next photo</source>
        <translation>&amp;Nächstes Bild</translation>
    </message>
    <message>
        <source>Fra&amp;me the lesion</source>
        <translation>&amp;Läsion einrahmen</translation>
    </message>
    <message>
        <source>&amp;Heat map</source>
        <translation>&amp;Wärmekarte</translation>
    </message>
    <message>
        <source>&amp;Whole photo</source>
        <translation>&amp;Ganzes Bild</translation>
    </message>
    <message>
        <source>&amp;Actual size</source>
        <translation>&amp;Originalgröße</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>V&amp;ergrößern</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>Ver&amp;kleinern</translation>
    </message>
    <message>
        <source>Drawn &amp;samples</source>
        <translation>Gezeichnete &amp;Beispiele</translation>
    </message>
    <message>
        <source>&amp;About, model cards and keys</source>
        <translation>Über, &amp;Modellkarten und Tasten</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>P&amp;robabilities</source>
        <translation>Wah&amp;rscheinlichkeiten</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Actions</source>
        <translation>Aktionen</translation>
    </message>
    <message>
        <source>&amp;Balanced: every class counts the same</source>
        <translation>&amp;Ausgewogen: jede Klasse zählt gleich</translation>
    </message>
    <message>
        <source>&amp;Accuracy: frequent classes first</source>
        <translation>&amp;Genauigkeit: häufige Klassen zuerst</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Eingefügtes Bild</translation>
    </message>
    <message>
        <source>Open photos</source>
        <translation>Bilder öffnen</translation>
    </message>
    <message>
        <source>Open a folder of photos</source>
        <translation>Einen Ordner mit Bildern öffnen</translation>
    </message>
    <message>
        <source>Dropped picture</source>
        <translation>Abgelegtes Bild</translation>
    </message>
    <message>
        <source>Save photo with heat map</source>
        <translation>Bild mit Wärmekarte speichern</translation>
    </message>
    <message>
        <source>PNG (*.png)</source>
        <translation>PNG (*.png)</translation>
    </message>
    <message>
        <source>Lesion</source>
        <translation>Läsion</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>Stapel</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Über</translation>
    </message>
    <message>
        <source>Like the &amp;system</source>
        <translation>Wie das &amp;System</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>Forget these</source>
        <translation>Diese vergessen</translation>
    </message>
    <message>
        <source>The result is copied as text.</source>
        <translation>Das Ergebnis ist als Text kopiert.</translation>
    </message>
    <message>
        <source>The selected words are copied.</source>
        <translation>Die ausgewählten Wörter sind kopiert.</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Alle Dateien</translation>
    </message>
    <message>
        <source>The second opinion was not computed again: that model is not here.</source>
        <translation>Die Zweitmeinung wurde nicht erneut berechnet: Dieses Modell ist hier nicht vorhanden.</translation>
    </message>
    <message>
        <source>This report is still being made. Stop it and close?</source>
        <translation>Dieser Bericht wird noch erstellt. Abbrechen und schließen?</translation>
    </message>
    <message>
        <source>This report was not saved. Close it and lose what you typed?</source>
        <translation>Dieser Bericht wurde nicht gespeichert. Schließen und das Eingetippte verlieren?</translation>
    </message>
    <message>
        <source>“{name}” is there already. Replace it?</source>
        <translation>„{name}“ gibt es schon. Ersetzen?</translation>
    </message>
    <message>
        <source>This would replace the photo itself; choose another name.</source>
        <translation>Das würde das Bild selbst ersetzen; wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation>Noch nichts</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Frame</source>
        <translation>Rahmen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>The language changes when the program is started again.</source>
        <translation>Die Sprache wechselt beim nächsten Start des Programms.</translation>
    </message>
    <message>
        <source>Histogram of the probability of malignancy</source>
        <translation>Histogramm der Wahrscheinlichkeit von Malignität</translation>
    </message>
    <message>
        <source>{low} % and more</source>
        <translation>{low} % und mehr</translation>
    </message>
    <message>
        <source>{low} to {high} %</source>
        <translation>{low} bis {high} %</translation>
    </message>
    <message>
        <source>Most probable class</source>
        <translation>Wahrscheinlichste Klasse</translation>
    </message>
    <message>
        <source>{count} waiting</source>
        <translation>{count} ausstehend</translation>
    </message>
    <message>
        <source>○ Teacher: {diagnosis} {share}, malignant {malignant}</source>
        <translation>○ Lehrer: {diagnosis} {share}, maligne {malignant}</translation>
    </message>
    <message>
        <source>Show where the picture speaks for: {diagnosis}</source>
        <translation>Zeigen, wo das Bild dafür spricht: {diagnosis}</translation>
    </message>
    <message>
        <source>&amp;Second opinion from the teacher network</source>
        <translation>&amp;Zweite Meinung des Lehrernetzes</translation>
    </message>
    <message>
        <source>▲ {diagnoses} and {last} together</source>
        <translation>▲ {diagnoses} und {last} zusammen</translation>
    </message>
    <message>
        <source>Uncertain: {diagnosis} or {other}</source>
        <translation>Unsicher: {diagnosis} oder {other}</translation>
    </message>
    <message>
        <source>Selected photo</source>
        <translation>Gewähltes Bild</translation>
    </message>
    <message>
        <source>○ Teacher: {diagnosis}, malignant {malignant}</source>
        <translation>○ Lehrer: {diagnosis}, maligne {malignant}</translation>
    </message>
    <message>
        <source>Select a photo in the table to see it here.</source>
        <translation>Wählen Sie in der Tabelle ein Bild, um es hier zu sehen.</translation>
    </message>
    <message>
        <source>Waiting for its turn.</source>
        <translation>Ist noch nicht an der Reihe.</translation>
    </message>
    <message>
        <source>No picture to show</source>
        <translation>Kein Bild zu zeigen</translation>
    </message>
    <message>
        <source>Look at &amp;drawn samples</source>
        <translation>&amp;Gezeichnete Beispiele ansehen</translation>
    </message>
    <message>
        <source>This picture can't be answered</source>
        <translation>Zu diesem Bild gibt es keine Antwort</translation>
    </message>
    <message>
        <source>Drawn sample: synthetic, shows no person</source>
        <translation>Gezeichnetes Beispiel: künstlich, zeigt keinen Menschen</translation>
    </message>
    <message>
        <source>There is no picture in this folder.</source>
        <translation>In diesem Ordner ist kein Bild.</translation>
    </message>
    <message>
        <source>If the photos lie in sub-folders, tick “Sub-folders too”.</source>
        <translation>Liegen die Bilder in Unterordnern, dann kreuzen Sie „Auch Unterordner“ an.</translation>
    </message>
    <message>
        <source>“{name}” could not be saved: {reason}.</source>
        <translation>„{name}“ ließ sich nicht speichern: {reason}.</translation>
    </message>
    <message>
        <source>Choose fol&amp;der…</source>
        <translation>Ordner &amp;wählen…</translation>
    </message>
    <message>
        <source>S&amp;ub-folders too</source>
        <translation>Auch &amp;Unterordner</translation>
    </message>
    <message>
        <source>Save heat &amp;maps</source>
        <translation>Wär&amp;mekarten</translation>
    </message>
    <message>
        <source>&amp;Watch for new photos</source>
        <translation>Auf &amp;neue Bilder achten</translation>
    </message>
    <message>
        <source>Second &amp;opinion</source>
        <translation>&amp;Zweite Meinung</translation>
    </message>
    <message>
        <source>Ask the teacher network too; takes several times as long</source>
        <translation>Auch das Lehrernetz fragen; dauert um ein Mehrfaches länger</translation>
    </message>
    <message>
        <source>&amp;Save table</source>
        <translation>Tabelle &amp;speichern</translation>
    </message>
    <message>
        <source>Show &amp;results</source>
        <translation>&amp;Ergebnisse zeigen</translation>
    </message>
    <message>
        <source>Open the folder of results</source>
        <translation>Den Ordner der Ergebnisse öffnen</translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Choose a folder of photos</source>
        <translation>Einen Ordner mit Bildern wählen</translation>
    </message>
    <message>
        <source>Cancelling …</source>
        <translation>Wird abgebrochen …</translation>
    </message>
    <message>
        <source>Looking into the folder …</source>
        <translation>Der Ordner wird durchgesehen …</translation>
    </message>
    <message>
        <source>Save table</source>
        <translation>Tabelle speichern</translation>
    </message>
    <message>
        <source>A run is under way; cancel it first, or wait until it has finished.</source>
        <translation>Ein Durchgang läuft; brechen Sie ihn erst ab oder warten Sie, bis er fertig ist.</translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Jetzt nicht</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>Anha&amp;lten</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>Abb&amp;rechen</translation>
    </message>
    <message>
        <source>{rows} as</source>
        <translation>{rows} als</translation>
    </message>
    <message>
        <source>Watching “{folder}” was stopped at {done} of {total}.</source>
        <translation>Die Beobachtung von „{folder}“ wurde bei {done} von {total} unterbrochen.</translation>
    </message>
    <message>
        <source>Watching “{folder}” goes on with the settings with which it was begun; for others, cancel it and choose the folder again.</source>
        <translation>Die Beobachtung von „{folder}“ geht mit den Einstellungen weiter, mit denen sie begonnen wurde; für andere brechen Sie sie ab und wählen Sie den Ordner erneut.</translation>
    </message>
    <message>
        <source>The run of “{folder}” was stopped at {done} of {total}.</source>
        <translation>Der Durchgang durch „{folder}“ wurde bei {done} von {total} unterbrochen.</translation>
    </message>
    <message>
        <source>Too many rows were selected to follow them all; please select them again.</source>
        <translation>In der neuen Reihenfolge sind es zu viele Zeilen, um alle ausgewählt zu lassen; bitte wählen Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>This is a camera's raw file, of which only a small preview can be read.</source>
        <translation>Das ist die Rohdatei einer Kamera, von der sich nur eine kleine Vorschau lesen lässt.</translation>
    </message>
    <message>
        <source>Save the photo as JPEG, PNG or TIFF, and open that.</source>
        <translation>Speichern Sie das Bild als JPEG, PNG oder TIFF und öffnen Sie dieses.</translation>
    </message>
    <message>
        <source>The run begins as soon as the models are loaded.</source>
        <translation>Der Durchgang beginnt, sobald die Modelle geladen sind.</translation>
    </message>
    <message>
        <source>The models are still being loaded; try again in a moment.</source>
        <translation>Die Modelle werden noch geladen; versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>Paused at {done} of {total}</source>
        <translation>Angehalten bei {done} von {total}</translation>
    </message>
    <message>
        <source>Finished.</source>
        <translation>Fertig.</translation>
    </message>
    <message>
        <source>Cancelled; what was done is kept.</source>
        <translation>Abgebrochen; was fertig ist, bleibt.</translation>
    </message>
    <message>
        <source>The run ended; what was done so far is safe.</source>
        <translation>Der Durchgang ist zu Ende; was fertig war, ist gesichert.</translation>
    </message>
    <message>
        <source>The tables are in “{folder}”.</source>
        <translation>Die Tabellen sind in „{folder}“.</translation>
    </message>
    <message>
        <source>{done} done, watching for new photos</source>
        <translation>{done} fertig, neue Bilder werden erwartet</translation>
    </message>
    <message>
        <source>Repor&amp;t…</source>
        <translation>Beri&amp;cht…</translation>
    </message>
    <message>
        <source>One PDF on all the rows shown, sorted by risk</source>
        <translation>Ein PDF zu allen gezeigten Zeilen, nach Risiko geordnet</translation>
    </message>
    <message>
        <source>Hea&amp;t map</source>
        <translation>W&amp;ärmekarte</translation>
    </message>
    <message>
        <source>Show where in the picture the answer comes from</source>
        <translation>Zeigen, woher im Bild die Antwort kommt</translation>
    </message>
    <message>
        <source>Opacity of the heat map in percent</source>
        <translation>Deckkraft der Wärmekarte in Prozent</translation>
    </message>
    <message>
        <source>Opacity of the heat map</source>
        <translation>Deckkraft der Wärmekarte</translation>
    </message>
    <message>
        <source>Class to explain</source>
        <translation>Klasse, die erklärt wird</translation>
    </message>
    <message>
        <source>The class that the heat map explains</source>
        <translation>Die Klasse, die die Wärmekarte erklärt</translation>
    </message>
    <message>
        <source>Hold to hide</source>
        <translation>Halten zum Ausblenden</translation>
    </message>
    <message>
        <source>Hides the heat map while it is held down (the space bar on the picture does too)</source>
        <translation>Blendet die Wärmekarte aus, solange gedrückt (wie die Leertaste auf dem Bild)</translation>
    </message>
    <message>
        <source>Nothing in the picture speaks for this class.</source>
        <translation>Nichts im Bild spricht für diese Klasse.</translation>
    </message>
    <message>
        <source>E&amp;xplain</source>
        <translation>E&amp;rklären</translation>
    </message>
    <message>
        <source>How strongly a place speaks for the class, relative to the strongest place in this picture</source>
        <translation>Wie stark eine Stelle für die Klasse spricht, gemessen an der stärksten in diesem Bild</translation>
    </message>
    <message>
        <source>Colours of the heat map, from little to much</source>
        <translation>Farben der Wärmekarte, von wenig bis viel</translation>
    </message>
    <message>
        <source>Find in names and messages</source>
        <translation>In Namen und Meldungen suchen</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alle zeigen</translation>
    </message>
    <message>
        <source>Any class</source>
        <translation>Jede Klasse</translation>
    </message>
    <message>
        <source>Any probability</source>
        <translation>Jede Wahrscheinlichkeit</translation>
    </message>
    <message>
        <source>Any remark</source>
        <translation>Jede Bemerkung</translation>
    </message>
    <message>
        <source>Any state</source>
        <translation>Jeder Stand</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>Klasse</translation>
    </message>
    <message>
        <source>Probability of malignancy</source>
        <translation>Wahrscheinlichkeit von Malignität</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>Bemerkung</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>{count} shown</source>
        <translation>{count} gezeigt</translation>
    </message>
    <message>
        <source>Drop a folder of photos here</source>
        <translation>Legen Sie hier einen Ordner mit Bildern ab</translation>
    </message>
    <message>
        <source>Every photo gets a row. You can pause, close the program and go on later; nothing is lost.</source>
        <translation>Jedes Bild bekommt eine Zeile. Sie können anhalten, das Programm schließen und später weitermachen; nichts geht verloren.</translation>
    </message>
    <message>
        <source>JSON lines</source>
        <translation>JSON-Zeilen</translation>
    </message>
    <message>
        <source>All rows</source>
        <translation>Alle Zeilen</translation>
    </message>
    <message>
        <source>Rows shown</source>
        <translation>Gezeigte Zeilen</translation>
    </message>
    <message>
        <source>Selected rows</source>
        <translation>Gewählte Zeilen</translation>
    </message>
    <message>
        <source>Drop a dermatoscope photo here</source>
        <translation>Legen Sie hier ein Dermatoskopbild ab</translation>
    </message>
    <message>
        <source>A photo, several, or a folder. Nothing leaves this computer.</source>
        <translation>Ein Bild, mehrere oder einen Ordner. Nichts verlässt diesen Computer.</translation>
    </message>
    <message>
        <source>on this computer only</source>
        <translation>nur auf diesem Computer</translation>
    </message>
    <message>
        <source>No teacher network is installed, so there is no second opinion.</source>
        <translation>Es ist kein Lehrernetz installiert, also gibt es keine zweite Meinung.</translation>
    </message>
    <message>
        <source>For research: no medical device, no substitute for a clinician. Trained almost only on light skin; see About.</source>
        <translation>Für die Forschung: kein Medizinprodukt, kein Ersatz für ärztliche Beurteilung. Fast nur an heller Haut trainiert; siehe Über.</translation>
    </message>
    <message>
        <source>Without an answer</source>
        <translation>Ohne Antwort</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Remarks</source>
        <translation>Bemerkungen</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>Keine Antwort</translation>
    </message>
    <message>
        <source>Only the middle was looked at</source>
        <translation>Nur die Mitte betrachtet</translation>
    </message>
    <message>
        <source>Few pixels</source>
        <translation>Wenige Bildpunkte</translation>
    </message>
    <message>
        <source>Same as another file</source>
        <translation>Wie eine andere Datei</translation>
    </message>
    <message>
        <source>First frame only</source>
        <translation>Nur das erste Bild</translation>
    </message>
    <message>
        <source>Colours converted</source>
        <translation>Farben umgerechnet</translation>
    </message>
    <message>
        <source>Colour profile unusable</source>
        <translation>Farbprofil unbrauchbar</translation>
    </message>
    <message>
        <source>Print colours</source>
        <translation>Druckfarben</translation>
    </message>
    <message>
        <source>Transparent spots</source>
        <translation>Durchsichtige Stellen</translation>
    </message>
    <message>
        <source>KNDNet Desktop estimates which of seven classes a dermatoscope photo of a skin lesion belongs to, and shows where in the picture the estimate comes from. It is meant for research: it is not a medical device and no substitute for a clinician. Photos never leave this computer; the program opens no network connection.</source>
        <translation>KNDNet Desktop schätzt, zu welcher von sieben Klassen das Dermatoskopbild einer Hautläsion gehört, und zeigt, woher im Bild die Schätzung kommt. Es ist für die Forschung gedacht: kein Medizinprodukt und kein Ersatz für ärztliche Beurteilung. Bilder verlassen diesen Computer nie; das Programm öffnet keine Netzverbindung.</translation>
    </message>
    <message>
        <source>Ctrl+O, Ctrl+Shift+O</source>
        <translation>Strg+O, Strg+Umschalt+O</translation>
    </message>
    <message>
        <source>Ctrl+V, Ctrl+C, Ctrl+S</source>
        <translation>Strg+V, Strg+C, Strg+S</translation>
    </message>
    <message>
        <source>Ctrl+R</source>
        <translation>Strg+R</translation>
    </message>
    <message>
        <source>Ctrl++, Ctrl+−, Ctrl+0, Ctrl+1</source>
        <translation>Strg++, Strg+−, Strg+0, Strg+1</translation>
    </message>
    <message>
        <source>open photos, open a folder</source>
        <translation>Bilder öffnen, einen Ordner öffnen</translation>
    </message>
    <message>
        <source>paste a photo, copy the result, save the heat map</source>
        <translation>Bild einfügen, Ergebnis kopieren, Wärmekarte speichern</translation>
    </message>
    <message>
        <source>report as PDF</source>
        <translation>Bericht als PDF</translation>
    </message>
    <message>
        <source>← and →</source>
        <translation>← und →</translation>
    </message>
    <message>
        <source>previous and next photo</source>
        <translation>voriges und nächstes Bild</translation>
    </message>
    <message>
        <source>zoom in, zoom out, whole photo, actual size</source>
        <translation>vergrößern, verkleinern, ganzes Bild, Originalgröße</translation>
    </message>
    <message>
        <source>frame the lesion; Ctrl+Z and Ctrl+Y undo and redo</source>
        <translation>Läsion einrahmen; Strg+Z und Strg+Y: rückgängig und wiederholen</translation>
    </message>
    <message>
        <source>Alt+arrows, Alt+Shift+arrows</source>
        <translation>Alt+Pfeile, Alt+Umschalt+Pfeile</translation>
    </message>
    <message>
        <source>on the photo: move the frame, resize the frame</source>
        <translation>auf dem Bild: Rahmen verschieben, Rahmen ändern</translation>
    </message>
    <message>
        <source>Ctrl+arrows</source>
        <translation>Strg+Pfeile</translation>
    </message>
    <message>
        <source>on the photo: move it where it is zoomed; in the batch table (↑ and ↓): sort by the column</source>
        <translation>auf dem Bild: vergrößertes Bild verschieben; in der Tabelle (↑ und ↓): nach der Spalte sortieren</translation>
    </message>
    <message>
        <source>H, space bar on the photo</source>
        <translation>H, Leertaste auf dem Bild</translation>
    </message>
    <message>
        <source>heat map on or off, hide it while held</source>
        <translation>Wärmekarte ein oder aus, ausblenden solange gedrückt</translation>
    </message>
    <message>
        <source>Tab, ↑ and ↓, space bar</source>
        <translation>Tab, ↑ und ↓, Leertaste</translation>
    </message>
    <message>
        <source>from control to control, from class to class, press</source>
        <translation>von Feld zu Feld, von Klasse zu Klasse, drücken</translation>
    </message>
    <message>
        <source>Sta&amp;bility</source>
        <translation>Stabili&amp;tät</translation>
    </message>
    <message>
        <source>Look at each photo 24 times a little differently; takes some twenty times as long</source>
        <translation>Jedes Bild 24-mal etwas anders betrachten; dauert etwa zwanzigmal so lange</translation>
    </message>
    <message>
        <source>Any referral</source>
        <translation>Jede Empfehlung</translation>
    </message>
    <message>
        <source>Not ruled out</source>
        <translation>Nicht ausgeschlossen</translation>
    </message>
    <message>
        <source>Referral</source>
        <translation>Überweisung</translation>
    </message>
    <message>
        <source>At {target} sensitivity</source>
        <translation>Bei {target} Sensitivität</translation>
    </message>
    <message>
        <source>Could be</source>
        <translation>Möglich</translation>
    </message>
    <message>
        <source>Not a dermatoscope photo</source>
        <translation>Kein Dermatoskopbild</translation>
    </message>
    <message>
        <source>Not readable</source>
        <translation>Nicht lesbar</translation>
    </message>
    <message>
        <source>Answer is not steady</source>
        <translation>Antwort ist nicht stabil</translation>
    </message>
    <message>
        <source>Out of focus</source>
        <translation>Unscharf</translation>
    </message>
    <message>
        <source>Too dark</source>
        <translation>Zu dunkel</translation>
    </message>
    <message>
        <source>Overexposed</source>
        <translation>Überbelichtet</translation>
    </message>
    <message>
        <source>Lesion cut off</source>
        <translation>Läsion angeschnitten</translation>
    </message>
    <message>
        <source>Lesion is small</source>
        <translation>Läsion ist klein</translation>
    </message>
    <message>
        <source>Reflections</source>
        <translation>Spiegelungen</translation>
    </message>
    <message>
        <source>Hair</source>
        <translation>Haare</translation>
    </message>
    <message>
        <source>Pen marks</source>
        <translation>Stiftmarkierung</translation>
    </message>
    <message>
        <source>Scale in the photo</source>
        <translation>Maßstab im Bild</translation>
    </message>
    <message>
        <source>Bubbles</source>
        <translation>Blasen</translation>
    </message>
</context>
<context>
    <name>trust in the window</name>
    <message>
        <source>malignant</source>
        <translation>maligne</translation>
    </message>
    <message>
        <source>{share} with a part covered</source>
        <translation>{share}, wenn ein Teil abgedeckt ist</translation>
    </message>
    <message>
        <source>teacher {share}</source>
        <translation>Lehrer {share}</translation>
    </message>
    <message>
        <source>{low} to {high} under small changes</source>
        <translation>{low} bis {high} bei kleinen Änderungen</translation>
    </message>
    <message>
        <source>Kind of heat map</source>
        <translation>Art der Wärmekarte</translation>
    </message>
    <message>
        <source>Grad-CAM looks into the network; occlusion covers one place after the other and asks it again</source>
        <translation>Grad-CAM blickt in das Netz; Abdecken verdeckt eine Stelle nach der anderen und fragt es neu</translation>
    </message>
    <message>
        <source>Grad-CAM</source>
        <translation>Grad-CAM</translation>
    </message>
    <message>
        <source>Occlusion</source>
        <translation>Abdecken</translation>
    </message>
    <message>
        <source>&amp;Cover a part</source>
        <translation>Teil abde&amp;cken</translation>
    </message>
    <message>
        <source>Move a patch over the lesion and see what the answer would be without that part (key O)</source>
        <translation>Einen Fleck über die Läsion bewegen und sehen, wie die Antwort ohne diesen Teil wäre (Taste O)</translation>
    </message>
    <message>
        <source>Covering one place after the other…</source>
        <translation>Eine Stelle nach der anderen wird abgedeckt…</translation>
    </message>
    <message>
        <source>Patch over the photo</source>
        <translation>Fleck über dem Bild</translation>
    </message>
    <message>
        <source>Arrow keys move the patch, plus and minus change its size, escape takes it away.</source>
        <translation>Pfeiltasten bewegen den Fleck, Plus und Minus ändern seine Größe, Escape nimmt ihn weg.</translation>
    </message>
    <message>
        <source>O, then arrows, + and −, Esc</source>
        <translation>O, dann Pfeile, + und −, Esc</translation>
    </message>
    <message>
        <source>cover a part of the photo and see what the answer would be, take the patch away</source>
        <translation>einen Teil des Bildes abdecken und sehen, wie die Antwort wäre; den Fleck wegnehmen</translation>
    </message>
    <message>
        <source>{value} ({low} to {high})</source>
        <translation>{value} ({low} bis {high})</translation>
    </message>
    <message>
        <source>{band} under {views} small changes of the photo; the diagnosis stays.</source>
        <translation>{band} bei {views} kleinen Änderungen des Bildes; die Diagnose bleibt.</translation>
    </message>
    <message>
        <source>{band} under {views} small changes of the photo; another diagnosis with {changed} of them.</source>
        <translation>{band} bei {views} kleinen Änderungen des Bildes; eine andere Diagnose bei {changed} davon.</translation>
    </message>
    <message>
        <source>another answer {without}</source>
        <translation>{without} eine andere Antwort</translation>
    </message>
    <message>
        <source>Doubtful: {reasons}.</source>
        <translation>Zweifelhaft: {reasons}.</translation>
    </message>
    <message>
        <source>small changes of the photo change the answer</source>
        <translation>kleine Änderungen des Bildes ändern die Antwort</translation>
    </message>
    <message>
        <source>small changes of the photo change the recommendation</source>
        <translation>kleine Änderungen des Bildes ändern die Empfehlung</translation>
    </message>
    <message>
        <source>the second opinion differs</source>
        <translation>die zweite Meinung weicht ab</translation>
    </message>
    <message>
        <source>Sensitivity that the recommendation aims at</source>
        <translation>Sensitivität, auf die die Empfehlung zielt</translation>
    </message>
    <message>
        <source>A more sensitive setting misses fewer malignant lesions and flags more benign ones</source>
        <translation>Eine sensitivere Einstellung übersieht weniger maligne Läsionen und hält mehr benigne für auffällig</translation>
    </message>
    <message>
        <source>Set how many of the lesions photographed in your practice are malignant</source>
        <translation>Einstellen, wie viele der in Ihrer Praxis aufgenommenen Läsionen maligne sind</translation>
    </message>
    <message>
        <source>Malignant share of the lesions photographed in your practice</source>
        <translation>Maligner Anteil der in Ihrer Praxis aufgenommenen Läsionen</translation>
    </message>
    <message>
        <source>Malignant share of the lesions photographed in your practice, in percent</source>
        <translation>Maligner Anteil der in Ihrer Praxis aufgenommenen Läsionen, in Prozent</translation>
    </message>
    <message>
        <source>Prevalence {share}</source>
        <translation>Prävalenz {share}</translation>
    </message>
    <message>
        <source>Sensitivity {sensitivity}, specificity {specificity}; {images} photos of {data}.</source>
        <translation>Sensitivität {sensitivity}, Spezifität {specificity}; {images} Bilder aus {data}.</translation>
    </message>
    <message>
        <source>Malignant: about {flagged} of 100 flagged lesions, {missed} of 1,000 not flagged.</source>
        <translation>Maligne: etwa {flagged} von 100 auffälligen Läsionen, {missed} von 1.000 unauffälligen.</translation>
    </message>
    <message>
        <source>{share} sensitivity</source>
        <translation>{share} Sensitivität</translation>
    </message>
    <message>
        <source>Show the answer &amp;anyway</source>
        <translation>Antwort &amp;trotzdem zeigen</translation>
    </message>
    <message>
        <source>Trial: a part is covered</source>
        <translation>Probe: Ein Teil ist abgedeckt</translation>
    </message>
    <message>
        <source>The answer itself comes back when the patch is gone.</source>
        <translation>Die Antwort selbst kommt wieder, wenn der Fleck weg ist.</translation>
    </message>
    <message>
        <source>Malignant or pre-malignant: {before} → {after}</source>
        <translation>Maligne oder prämaligne: {before} → {after}</translation>
    </message>
    <message>
        <source>When to rely on it</source>
        <translation>Wann man sich darauf verlassen kann</translation>
    </message>
    <message>
        <source>Wrong answers are ranked before right ones (0.5 is chance) by how far they move: {moves}; by their own uncertainty: {uncertainty}.</source>
        <translation>Falsche Antworten werden vor richtigen eingereiht (0,5 ist Zufall) danach, wie weit sie sich bewegen: {moves}; nach ihrer eigenen Unsicherheit: {uncertainty}.</translation>
    </message>
    <message>
        <source>No recommendation</source>
        <translation>Keine Empfehlung</translation>
    </message>
</context>
<context>
    <name>model cards</name>
    <message>
        <source>Test: HAM10000 fold 0</source>
        <translation>Test: HAM10000, Teil 0</translation>
    </message>
    <message>
        <source>Test at other clinics: ISIC 2018 Task 1, kept aside</source>
        <translation>Test an anderen Kliniken: ISIC 2018 Task 1, zurückgehalten</translation>
    </message>
    <message>
        <source>Validation: HAM10000</source>
        <translation>Validierung: HAM10000</translation>
    </message>
    <message>
        <source>Validation at other clinics: ISIC 2018 Task 1</source>
        <translation>Validierung an anderen Kliniken: ISIC 2018 Task 1</translation>
    </message>
    <message>
        <source>HAM10000 inner validation</source>
        <translation>HAM10000, innere Validierung</translation>
    </message>
    <message>
        <source>HAM10000 fold 0</source>
        <translation>HAM10000, Teil 0</translation>
    </message>
    <message>
        <source>Accuracy mode</source>
        <translation>Modus Genauigkeit</translation>
    </message>
    <message>
        <source>Balanced mode</source>
        <translation>Modus Ausgewogen</translation>
    </message>
    <message>
        <source>balanced</source>
        <translation>Modus Ausgewogen</translation>
    </message>
    <message>
        <source>accuracy</source>
        <translation>Modus Genauigkeit</translation>
    </message>
    <message>
        <source>Any mode</source>
        <translation>Jeder Modus</translation>
    </message>
    <message>
        <source>Macro-F1</source>
        <translation>Makro-F1</translation>
    </message>
    <message>
        <source>Melanoma AUC</source>
        <translation>AUC für Melanome</translation>
    </message>
    <message>
        <source>Macro AUC</source>
        <translation>Makro-AUC</translation>
    </message>
    <message>
        <source>Calibration error (ECE)</source>
        <translation>Kalibrierungsfehler (ECE)</translation>
    </message>
    <message>
        <source>Melanoma sensitivity at 85 % specificity</source>
        <translation>Sensitivität für Melanome bei 85 % Spezifität</translation>
    </message>
    <message>
        <source>Recall: share of the lesions of each diagnosis that are recognised</source>
        <translation>Trefferquote: Anteil der Läsionen jeder Diagnose, die erkannt werden</translation>
    </message>
    <message>
        <source>Recommendation: sensitivity and specificity for malignant or pre-malignant</source>
        <translation>Empfehlung: Sensitivität und Spezifität für maligne oder prämaligne</translation>
    </message>
    <message>
        <source>Could-be list: share of the lesions of each diagnosis whose list holds it</source>
        <translation>Liste des Möglichen: Anteil der Läsionen jeder Diagnose, deren Liste sie enthält</translation>
    </message>
    <message>
        <source>Other figures</source>
        <translation>Weitere Kennzahlen</translation>
    </message>
    <message>
        <source>Diagnoses on the could-be list, on average</source>
        <translation>Diagnosen auf der Liste des Möglichen, im Mittel</translation>
    </message>
    <message>
        <source>Sensitivity at the {share} % setting</source>
        <translation>Sensitivität bei der Einstellung {share} %</translation>
    </message>
    <message>
        <source>Specificity at the {share} % setting</source>
        <translation>Spezifität bei der Einstellung {share} %</translation>
    </message>
    <message>
        <source>Could-be list holds the {diagnosis}</source>
        <translation>Liste des Möglichen enthält: {diagnosis}</translation>
    </message>
    <message>
        <source>Probability of the answer</source>
        <translation>Wahrscheinlichkeit der Antwort</translation>
    </message>
    <message>
        <source>Predicted</source>
        <translation>Vorhergesagt</translation>
    </message>
    <message>
        <source>Correct</source>
        <translation>Richtig</translation>
    </message>
    <message>
        <source>Share that was right</source>
        <translation>Anteil, der stimmte</translation>
    </message>
    <message>
        <source>Reliability diagram, from the least probable answers to the most probable: {bins}.</source>
        <translation>Zuverlässigkeitsdiagramm, von den am wenigsten wahrscheinlichen Antworten zu den wahrscheinlichsten: {bins}.</translation>
    </message>
    <message>
        <source>{mean} predicted, {right} right, {count} photos</source>
        <translation>{mean} vorhergesagt, {right} richtig, {count} Bilder</translation>
    </message>
    <message>
        <source>Can the percentages be taken at their word?</source>
        <translation>Kann man die Prozente wörtlich nehmen?</translation>
    </message>
    <message>
        <source>A point on the dashed line is a probability that can be taken at its word; below the line, answers are right less often than they say, above it more often. A large point stands for many photos. The calibration error is the mean distance from the line, over all photos.</source>
        <translation>Ein Punkt auf der gestrichelten Linie ist eine Wahrscheinlichkeit, die man wörtlich nehmen kann; unter der Linie stimmen Antworten seltener, als sie sagen, darüber öfter. Ein großer Punkt steht für viele Bilder. Der Kalibrierungsfehler ist der mittlere Abstand von der Linie, über alle Bilder.</translation>
    </message>
    <message>
        <source>The balanced mode gives rare diagnoses more weight, so the percentages are deliberately not those of the mixture of diagnoses in these data; only that of the first answer is meant to be right as often as it says.</source>
        <translation>Der Modus Ausgewogen gibt seltenen Diagnosen mehr Gewicht; die Prozente sind deshalb mit Absicht nicht die der Mischung der Diagnosen in diesen Daten; nur die der ersten Antwort sollen so oft stimmen, wie sie sagen.</translation>
    </message>
    <message>
        <source>{architecture}; {count} parameters; made on {date}; SHA-256 {hash}.</source>
        <translation>{architecture}; {count} Parameter; erstellt am {date}; SHA-256 {hash}.</translation>
    </message>
    <message>
        <source>Research and education on dermatoscope photographs of single pigmented lesions. Not a medical device; it does not replace examination or histology.</source>
        <translation>Forschung und Lehre an Dermatoskopaufnahmen einzelner pigmentierter Läsionen. Kein Medizinprodukt; ersetzt weder Untersuchung noch Histologie.</translation>
    </message>
    <message>
        <source>HAM10000 in five folds by lesion: fold 0 is the test; the other four train. The calibration and the thresholds are those of a twin, which every sixth lesion of the four chose and calibrated and which learned from the rest. A fifth of the ISIC 2018 Task 1 groups is kept aside as the other clinics' test.</source>
        <translation>HAM10000 in fünf Teilen nach Läsion: Teil 0 ist der Test; mit den anderen vier wird trainiert. Kalibrierung und Schwellen stammen von einem Zwilling, der an jeder sechsten Läsion der vier gewählt und kalibriert wurde und vom Rest gelernt hat. Ein Fünftel der Gruppen von ISIC 2018 Task 1 ist als Test anderer Kliniken zurückgehalten.</translation>
    </message>
    <message>
        <source>CC BY-NC 4.0, as HAM10000: name the source, no commercial use.</source>
        <translation>CC BY-NC 4.0, wie HAM10000: Quelle nennen, keine kommerzielle Nutzung.</translation>
    </message>
    <message>
        <source>2 tf_efficientnet_lite2 side by side, global average pooling, one linear layer, averaged over the picture and its three mirror images</source>
        <translation>2 tf_efficientnet_lite2 nebeneinander, globale Mittelung, eine lineare Schicht, gemittelt über das Bild und seine drei Spiegelbilder</translation>
    </message>
    <message>
        <source>the front of EfficientNet-Lite0 with channel attention, global average pooling, one linear layer, averaged over the picture and its mirror image</source>
        <translation>der vordere Teil von EfficientNet-Lite0 mit Kanalaufmerksamkeit, globale Mittelung, eine lineare Schicht, gemittelt über das Bild und sein Spiegelbild</translation>
    </message>
    <message>
        <source>whole picture through the app, given once; 95 % by 1000 bootstrap resamples of lesions</source>
        <translation>Ganzes Bild durch das Programm, einmal gegeben; 95 % durch 1000 Bootstrap-Stichproben von Läsionen</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Lizenzen</translation>
    </message>
    <message>
        <source>The program: Apache License 2.0. It uses Qt for Python (LGPL 3), ONNX Runtime (MIT), NumPy (BSD), Pillow (MIT-CMU), simplejpeg (MIT, with libjpeg-turbo, BSD and IJG), cmap (BSD) with the viridis colour map (CC0), platformdirs (MIT), tqdm (MPL 2.0 and MIT), Typst (Apache 2.0), pyHanko (MIT), cryptography (Apache 2.0 or BSD), keyring (MIT) and XlsxWriter (BSD).</source>
        <translation>Das Programm: Apache License 2.0. Es verwendet Qt for Python (LGPL 3), ONNX Runtime (MIT), NumPy (BSD), Pillow (MIT-CMU), simplejpeg (MIT, mit libjpeg-turbo, BSD und IJG), cmap (BSD) mit der Farbtabelle viridis (CC0), platformdirs (MIT), tqdm (MPL 2.0 und MIT), Typst (Apache 2.0), pyHanko (MIT), cryptography (Apache 2.0 oder BSD), keyring (MIT) und XlsxWriter (BSD).</translation>
    </message>
    <message>
        <source>All that is in this program; the texts lie in {folder}:</source>
        <translation>Alles, was in diesem Programm ist; die Texte liegen in {folder}:</translation>
    </message>
</context>
<context>
    <name>errors</name>
    <message>
        <source>The model file of “{name}” is not the one its card describes, so it is not used.</source>
        <translation>Die Modelldatei von „{name}“ ist nicht die, die ihre Karte beschreibt, und wird daher nicht verwendet.</translation>
    </message>
    <message>
        <source>It was changed or damaged; install the program again.</source>
        <translation>Sie wurde geändert oder beschädigt; installieren Sie das Programm neu.</translation>
    </message>
    <message>
        <source>The model file of “{name}” can't be read.</source>
        <translation>Die Modelldatei von „{name}“ kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>Install the program again.</source>
        <translation>Installieren Sie das Programm neu.</translation>
    </message>
    <message>
        <source>No model is installed as “{name}”.</source>
        <translation>Als „{name}“ ist kein Modell installiert.</translation>
    </message>
    <message>
        <source>The model card of “{name}” can't be used: {reason}.</source>
        <translation>Die Modellkarte von „{name}“ ist nicht brauchbar: {reason}.</translation>
    </message>
    <message>
        <source>The model “{name}” can't be loaded on this computer.</source>
        <translation>Das Modell „{name}“ kann auf diesem Computer nicht geladen werden.</translation>
    </message>
    <message>
        <source>The brightness values of this picture are not those of a photo.</source>
        <translation>Die Helligkeitswerte dieses Bildes sind nicht die eines Fotos.</translation>
    </message>
    <message>
        <source>Save it as 8 or 16 bit.</source>
        <translation>Speichern Sie es mit 8 oder 16 Bit.</translation>
    </message>
    <message>
        <source>{share} of this picture is transparent, so there is nothing there to look at.</source>
        <translation>{share} dieses Bildes sind durchsichtig, dort gibt es nichts zu sehen.</translation>
    </message>
    <message>
        <source>Save the photo without transparency.</source>
        <translation>Speichern Sie das Foto ohne Transparenz.</translation>
    </message>
    <message>
        <source>This picture is too small to show a lesion ({width} × {height} pixels; at least {least} a side are needed).</source>
        <translation>Dieses Bild ist zu klein, um eine Läsion zu zeigen ({width} × {height} Pixel; nötig sind mindestens {least} je Seite).</translation>
    </message>
    <message>
        <source>Use the original photo, not a thumbnail.</source>
        <translation>Verwenden Sie das Originalfoto, keine Vorschau.</translation>
    </message>
    <message>
        <source>This kind of JPEG can't be read.</source>
        <translation>Diese Art von JPEG kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>Save it as an ordinary colour JPEG or PNG.</source>
        <translation>Speichern Sie es als gewöhnliches farbiges JPEG oder PNG.</translation>
    </message>
    <message>
        <source>This is not a file, so it holds no picture.</source>
        <translation>Dies ist keine Datei und enthält daher kein Bild.</translation>
    </message>
    <message>
        <source>This file is too large to be a photo ({size} MB; the limit is {limit} MB).</source>
        <translation>Diese Datei ist zu groß für ein Foto ({size} MB; die Grenze liegt bei {limit} MB).</translation>
    </message>
    <message>
        <source>This is not a possible file name.</source>
        <translation>Dies ist kein möglicher Dateiname.</translation>
    </message>
    <message>
        <source>This folder can't be opened.</source>
        <translation>Dieser Ordner kann nicht geöffnet werden.</translation>
    </message>
    <message>
        <source>Ask for the right to read it.</source>
        <translation>Bitten Sie um das Recht, ihn zu lesen.</translation>
    </message>
    <message>
        <source>This link points to a file that is not there.</source>
        <translation>Diese Verknüpfung zeigt auf eine Datei, die es nicht gibt.</translation>
    </message>
    <message>
        <source>There is no run in the folder “{name}”.</source>
        <translation>Im Ordner „{name}“ gibt es keinen Durchgang.</translation>
    </message>
    <message>
        <source>The run in “{name}” was made by another version of this program.</source>
        <translation>Der Durchgang in „{name}“ stammt von einer anderen Version dieses Programms.</translation>
    </message>
    <message>
        <source>The run in the folder “{name}” can't be read: it is damaged.</source>
        <translation>Der Durchgang im Ordner „{name}“ kann nicht gelesen werden: Er ist beschädigt.</translation>
    </message>
    <message>
        <source>A row of this run is damaged.</source>
        <translation>Eine Zeile dieses Durchgangs ist beschädigt.</translation>
    </message>
    <message>
        <source>Begin a new run.</source>
        <translation>Beginnen Sie einen neuen Durchgang.</translation>
    </message>
    <message>
        <source>The run in the folder “{name}” can't be read: {reason}.</source>
        <translation>Der Durchgang im Ordner „{name}“ kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>The signing key in “{name}” can't be used: {reason}.</source>
        <translation>Der Signaturschlüssel in „{name}“ ist nicht brauchbar: {reason}.</translation>
    </message>
    <message>
        <source>Ask for the right to write there, or save the report without a signature.</source>
        <translation>Bitten Sie um das Recht, dort zu schreiben, oder speichern Sie den Bericht ohne Signatur.</translation>
    </message>
    <message>
        <source>Try again, or move “{name}” away: a new key is made then.</source>
        <translation>Versuchen Sie es noch einmal, oder verschieben Sie „{name}“: Dann wird ein neuer Schlüssel erzeugt.</translation>
    </message>
    <message>
        <source>There is no folder “{name}”.</source>
        <translation>Den Ordner „{name}“ gibt es nicht.</translation>
    </message>
    <message>
        <source>“{name}” is not a folder.</source>
        <translation>„{name}“ ist kein Ordner.</translation>
    </message>
    <message>
        <source>Choose the folder that holds the photos.</source>
        <translation>Wählen Sie den Ordner mit den Fotos.</translation>
    </message>
    <message>
        <source>The folder “{name}” can't be read: {reason}.</source>
        <translation>Der Ordner „{name}“ kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>The field “{name}” is too long ({length} characters; the limit is {limit}).</source>
        <translation>Das Feld „{name}“ ist zu lang ({length} Zeichen; die Grenze liegt bei {limit}).</translation>
    </message>
    <message>
        <source>Shorten it.</source>
        <translation>Kürzen Sie es.</translation>
    </message>
    <message>
        <source>The field “{name}” holds something that is no text.</source>
        <translation>Das Feld „{name}“ enthält etwas, das kein Text ist.</translation>
    </message>
    <message>
        <source>Type it again.</source>
        <translation>Geben Sie es noch einmal ein.</translation>
    </message>
    <message>
        <source>The results can't be saved in “{name}”: {reason}.</source>
        <translation>Die Ergebnisse können nicht in „{name}“ gespeichert werden: {reason}.</translation>
    </message>
    <message>
        <source>What was done so far is safe; mend that and resume the run.</source>
        <translation>Was bisher getan wurde, ist sicher; beheben Sie das und setzen Sie den Durchgang fort.</translation>
    </message>
    <message>
        <source>This file was being changed while it was read.</source>
        <translation>Diese Datei wurde geändert, während sie gelesen wurde.</translation>
    </message>
    <message>
        <source>Run it again when it is complete.</source>
        <translation>Lesen Sie sie erneut ein, wenn sie vollständig ist.</translation>
    </message>
    <message>
        <source>This file was replaced while it was read.</source>
        <translation>Diese Datei wurde ersetzt, während sie gelesen wurde.</translation>
    </message>
    <message>
        <source>Run it again.</source>
        <translation>Lesen Sie sie erneut ein.</translation>
    </message>
    <message>
        <source>The folder “{name}” can't be reached any more.</source>
        <translation>Der Ordner „{name}“ ist nicht mehr erreichbar.</translation>
    </message>
    <message>
        <source>What was done so far is safe; connect the drive again and resume the run.</source>
        <translation>Was bisher getan wurde, ist sicher; verbinden Sie das Laufwerk wieder und setzen Sie den Durchgang fort.</translation>
    </message>
    <message>
        <source>Another program is working on the run in “{name}”.</source>
        <translation>Ein anderes Programm arbeitet an dem Durchgang in „{name}“.</translation>
    </message>
    <message>
        <source>Wait until it has finished, or choose another folder.</source>
        <translation>Warten Sie, bis es fertig ist, oder wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>“{name}” can't be written: {reason}.</source>
        <translation>„{name}“ kann nicht geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>What was computed is safe in the run.</source>
        <translation>Was berechnet wurde, ist im Durchgang sicher.</translation>
    </message>
    <message>
        <source>“{name}” has no ending that names a kind of table.</source>
        <translation>„{name}“ hat keine Endung, die eine Art von Tabelle benennt.</translation>
    </message>
    <message>
        <source>There is too little memory for this picture.</source>
        <translation>Für dieses Bild ist zu wenig Speicher frei.</translation>
    </message>
    <message>
        <source>Close other programs, or save a smaller copy.</source>
        <translation>Schließen Sie andere Programme, oder speichern Sie eine kleinere Kopie.</translation>
    </message>
    <message>
        <source>Use .csv, .xlsx or .jsonl.</source>
        <translation>Verwenden Sie .csv, .xlsx oder .jsonl.</translation>
    </message>
    <message>
        <source>An Excel sheet holds no more than {count} rows.</source>
        <translation>Ein Excel-Blatt fasst höchstens {count} Zeilen.</translation>
    </message>
    <message>
        <source>Save the table as CSV instead.</source>
        <translation>Speichern Sie die Tabelle stattdessen als CSV.</translation>
    </message>
    <message>
        <source>This run was begun with other models, so the results would not belong together.</source>
        <translation>Dieser Durchgang wurde mit anderen Modellen begonnen, die Ergebnisse würden nicht zusammengehören.</translation>
    </message>
    <message>
        <source>Use the same models, or begin a new run.</source>
        <translation>Verwenden Sie dieselben Modelle, oder beginnen Sie einen neuen Durchgang.</translation>
    </message>
    <message>
        <source>The folder “{name}” already holds results ({file}), which are never overwritten.</source>
        <translation>Der Ordner „{name}“ enthält bereits Ergebnisse ({file}), die nie überschrieben werden.</translation>
    </message>
    <message>
        <source>Resume that run, or choose another folder.</source>
        <translation>Setzen Sie jenen Durchgang fort, oder wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>The run in “{name}” is of another folder, “{other}”.</source>
        <translation>Der Durchgang in „{name}“ gehört zu einem anderen Ordner, „{other}“.</translation>
    </message>
    <message>
        <source>The folder “{name}” holds no photo of the run in “{run}”.</source>
        <translation>Der Ordner „{name}“ enthält kein Bild des Durchgangs in „{run}“.</translation>
    </message>
    <message>
        <source>Name the folder of its photos, or begin a new run.</source>
        <translation>Nennen Sie den Ordner seiner Bilder, oder beginnen Sie einen neuen Durchgang.</translation>
    </message>
    <message>
        <source>Name that folder, or begin a new run.</source>
        <translation>Nennen Sie jenen Ordner, oder beginnen Sie einen neuen Durchgang.</translation>
    </message>
</context>
</TS>
