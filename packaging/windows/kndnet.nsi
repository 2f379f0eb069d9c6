; Installs KNDNet Desktop for the user who runs this; no administrator is needed.
;   /S          silent          /D=FOLDER   install there (last on the command line, without quotes)
; Called by installers.py, which defines VERSION, SOURCE (the frozen folder), TARGET (the file to make) and SIZE (kB).
!if /FileExists "${NSISDIR}/Stubs/lzma_solid-amd64-unicode"
    Target amd64-unicode ; Debian's NSIS can; the official one makes a 32-bit installer, which does the same
!endif
Unicode true
!include "FileFunc.nsh"
!include "MUI2.nsh"

!define NAME "KNDNet Desktop"
!define PROGRAM "kndnet-desktop.exe"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\KNDNetDesktop"
!define OPEN_WITH_KEY "Software\Classes\Applications\${PROGRAM}"

Name "${NAME}"
OutFile "${TARGET}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "${UNINSTALL_KEY}" "InstallLocation"
SetCompressor /SOLID lzma
BrandingText "For research use: not a medical device"

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Installer of ${NAME}"
VIAddVersionKey "LegalCopyright" "the ${NAME} authors; Apache-2.0, weights CC BY-NC 4.0"

!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"

LangString BUSY ${LANG_ENGLISH} "${NAME} is running. Please close it first."
LangString BUSY ${LANG_GERMAN} "${NAME} läuft noch. Bitte zuerst schließen."

; A running program holds its file open: it can't be opened for writing. Exit code 2, also silently.
!macro FAIL_IF_RUNNING FILE
    ${If} ${FileExists} "$INSTDIR\${FILE}"
        ClearErrors
        FileOpen $0 "$INSTDIR\${FILE}" a
        ${If} ${Errors}
            MessageBox MB_OK|MB_ICONEXCLAMATION "$(BUSY)" /SD IDOK
            SetErrorLevel 2
            Abort
        ${EndIf}
        FileClose $0
    ${EndIf}
!macroend

; Only what the installer put there: never the folder as a whole, which a person may have chosen badly.
!macro REMOVE_PROGRAM
    RMDir /r "$INSTDIR\_internal"
    Delete "$INSTDIR\${PROGRAM}"
    Delete "$INSTDIR\kndnet.exe"
!macroend

Section "install"
    !insertmacro FAIL_IF_RUNNING "${PROGRAM}"
    !insertmacro FAIL_IF_RUNNING "kndnet.exe"
    ; An upgrade leaves no file of the older version behind. Settings are elsewhere and stay.
    !insertmacro REMOVE_PROGRAM
    SetOutPath "$INSTDIR"
    File /r "${SOURCE}\*"  ; on Windows NSIS takes no other for the last separator
    WriteUninstaller "$INSTDIR\uninstall.exe"
    CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${PROGRAM}"

    WriteRegStr HKCU "${OPEN_WITH_KEY}" "FriendlyAppName" "${NAME}"
    WriteRegStr HKCU "${OPEN_WITH_KEY}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'
    !macro SUPPORT EXTENSION
        WriteRegStr HKCU "${OPEN_WITH_KEY}\SupportedTypes" "${EXTENSION}" ""
        WriteRegNone HKCU "Software\Classes\${EXTENSION}\OpenWithList\${PROGRAM}" ""
    !macroend
    !insertmacro SUPPORT ".jpg"
    !insertmacro SUPPORT ".jpeg"
    !insertmacro SUPPORT ".png"
    !insertmacro SUPPORT ".bmp"
    !insertmacro SUPPORT ".webp"
    !insertmacro SUPPORT ".tif"
    !insertmacro SUPPORT ".tiff"
    !insertmacro SUPPORT ".gif"

    WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "${NAME}"
    WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
    WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${PROGRAM}"
    WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "the ${NAME} authors"
    WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
    WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" ${SIZE}
    WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
    WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
    ${RefreshShellIcons}
SectionEnd

Section "uninstall"
    !insertmacro FAIL_IF_RUNNING "${PROGRAM}"
    !insertmacro FAIL_IF_RUNNING "kndnet.exe"
    !insertmacro REMOVE_PROGRAM
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
    Delete "$SMPROGRAMS\${NAME}.lnk"
    !macro UNSUPPORT EXTENSION
        DeleteRegKey HKCU "Software\Classes\${EXTENSION}\OpenWithList\${PROGRAM}"
        DeleteRegKey /ifempty HKCU "Software\Classes\${EXTENSION}\OpenWithList"
        DeleteRegKey /ifempty HKCU "Software\Classes\${EXTENSION}"
    !macroend
    !insertmacro UNSUPPORT ".jpg"
    !insertmacro UNSUPPORT ".jpeg"
    !insertmacro UNSUPPORT ".png"
    !insertmacro UNSUPPORT ".bmp"
    !insertmacro UNSUPPORT ".webp"
    !insertmacro UNSUPPORT ".tif"
    !insertmacro UNSUPPORT ".tiff"
    !insertmacro UNSUPPORT ".gif"
    DeleteRegKey HKCU "${OPEN_WITH_KEY}"
    DeleteRegKey HKCU "${UNINSTALL_KEY}"
    ${RefreshShellIcons}
SectionEnd
